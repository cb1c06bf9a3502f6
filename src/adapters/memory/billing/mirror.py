from collections.abc import Sequence
from datetime import datetime
from typing import Unpack, override

from adapters.memory.store import Store
from core.billing import ports
from core.billing.models import NEWEST_INVOICE, AppliedCatalogue, Checkout, MirroredInvoice
from core.exceptions import VersionMismatch
from core.listing import Found, Window, applied
from core.models import Model, OrganizationId


class Kept(Model):
    organization_id: OrganizationId
    checkout: Checkout


class MirroredInvoices(ports.MirroredInvoices):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(MirroredInvoice)

    @override
    async def some(
        self, organization_id: OrganizationId, invoice_ids: Sequence[str]
    ) -> list[MirroredInvoice]:
        found = (self._rows.get(one) for one in invoice_ids)
        return [one for one in found if one and one.organization_id == organization_id]

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        *,
        status: str | None = None,
        **window: Unpack[Window],
    ) -> Found[MirroredInvoice]:
        ours = (row for row in self._rows.values() if row.organization_id == organization_id)
        found = (row for row in ours if status in {None, row.invoice.status})
        return applied(found, NEWEST_INVOICE, lambda row: row.invoice, **window)

    @override
    async def put(self, invoices: Sequence[MirroredInvoice]) -> None:
        async with self._store.writing():
            for one in invoices:
                self._rows[one.invoice.id] = one


class Catalogues(ports.Catalogues):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(AppliedCatalogue)

    @override
    async def newest(self) -> AppliedCatalogue | None:
        return max(self._rows.values(), key=lambda row: row.version, default=None)

    @override
    async def add(self, applied: AppliedCatalogue) -> None:
        async with self._store.writing():
            if applied.version in self._rows:
                raise VersionMismatch
            self._rows[applied.version] = applied


class OpenCheckouts(ports.OpenCheckouts):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Kept)

    @override
    async def keep(self, organization_id: OrganizationId, checkout: Checkout) -> None:
        async with self._store.writing():
            self._rows[checkout.id] = Kept(organization_id=organization_id, checkout=checkout)

    @override
    async def get(self, organization_id: OrganizationId, checkout_id: str) -> Checkout | None:
        row = self._rows.get(checkout_id)
        return row.checkout if row and row.organization_id == organization_id else None

    @override
    async def open(self, organization_id: OrganizationId, now: datetime) -> Checkout | None:
        return next(
            (
                row.checkout
                for row in self._rows.values()
                if row.organization_id == organization_id
                and row.checkout.status == "open"
                and row.checkout.expires_at > now
            ),
            None,
        )
