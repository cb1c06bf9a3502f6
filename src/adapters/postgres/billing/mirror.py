from collections.abc import Sequence
from datetime import datetime
from typing import Unpack, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.billing import ports
from core.billing.models import NEWEST_INVOICE, AppliedCatalogue, Checkout, MirroredInvoice
from core.exceptions import VersionMismatch
from core.listing import Found, Window
from core.models import OrganizationId


class MirroredInvoices(ports.MirroredInvoices):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def some(
        self, organization_id: OrganizationId, invoice_ids: Sequence[str]
    ) -> list[MirroredInvoice]:
        return await self._database.fetch_all(
            MirroredInvoice,
            """
            SELECT organization_id, state AS invoice, fetched_at
              FROM billing.invoices
             WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
            """,
            {"organization_id": organization_id, "ids": list(invoice_ids)},
            scope=organization_id,
        )

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        *,
        status: str | None = None,
        **window: Unpack[Window],
    ) -> Found[MirroredInvoice]:
        return await listed(
            self._database,
            MirroredInvoice,
            """
            SELECT organization_id, state AS invoice, fetched_at, id, created_at,
                   state->>'number' AS number, state->>'status' AS status,
                   state->>'reason' AS reason, state->>'currency' AS currency,
                   (state->>'total')::bigint AS total, (state->>'tax')::bigint AS tax,
                   (state->>'paid')::bigint AS paid, (state->>'remaining')::bigint AS remaining,
                   (state->>'refunded')::bigint AS refunded,
                   (state->>'due_at')::timestamptz AS due_at,
                   (state->>'paid_at')::timestamptz AS paid_at
              FROM billing.invoices
             WHERE organization_id = %(organization_id)s
               AND (%(status)s::text IS NULL OR state->>'status' = %(status)s)
            """,
            {"organization_id": organization_id, "status": status},
            order=NEWEST_INVOICE,
            scope=organization_id,
            **window,
        )

    @override
    async def put(self, invoices: Sequence[MirroredInvoice]) -> None:
        for one in invoices:
            await self._database.queue(
                """
                INSERT INTO billing.invoices (id, organization_id, state, created_at, fetched_at)
                VALUES (%(id)s, %(organization_id)s, %(state)s, %(created_at)s, %(fetched_at)s)
                ON CONFLICT (id) DO UPDATE
                   SET state = excluded.state, created_at = excluded.created_at,
                       fetched_at = excluded.fetched_at
                """,
                {
                    "id": one.invoice.id,
                    "organization_id": one.organization_id,
                    "state": Jsonb(one.invoice.model_dump(mode="json")),
                    "created_at": one.invoice.created_at,
                    "fetched_at": one.fetched_at,
                },
                scope=one.organization_id,
            )


class Catalogues(ports.Catalogues):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def newest(self) -> AppliedCatalogue | None:
        return await self._database.fetch_one(
            AppliedCatalogue,
            """
            SELECT version, catalogue, price_ids, applied_at
              FROM billing.catalogues
             ORDER BY version DESC
             LIMIT 1
            """,
            {},
        )

    @override
    async def add(self, applied: AppliedCatalogue) -> None:
        await self._database.execute(
            """
            INSERT INTO billing.catalogues (version, catalogue, price_ids, applied_at)
            VALUES (%(version)s, %(catalogue)s, %(price_ids)s, %(applied_at)s)
            """,
            {
                "version": applied.version,
                "catalogue": Jsonb(applied.catalogue.model_dump(mode="json")),
                "price_ids": Jsonb(applied.price_ids),
                "applied_at": applied.applied_at,
            },
            rules={"pk_catalogues": VersionMismatch},
        )


class OpenCheckouts(ports.OpenCheckouts):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def keep(self, organization_id: OrganizationId, checkout: Checkout) -> None:
        await self._database.execute(
            """
            INSERT INTO billing.checkouts (id, organization_id, state, status, expires_at)
            VALUES (%(id)s, %(organization_id)s, %(state)s, %(status)s, %(expires_at)s)
            ON CONFLICT (id) DO UPDATE
               SET state = excluded.state, status = excluded.status,
                   expires_at = excluded.expires_at
            """,
            {
                "id": checkout.id,
                "organization_id": organization_id,
                "state": Jsonb(checkout.model_dump(mode="json")),
                "status": checkout.status,
                "expires_at": checkout.expires_at,
            },
            scope=organization_id,
        )

    @override
    async def get(self, organization_id: OrganizationId, checkout_id: str) -> Checkout | None:
        found = await self._database.fetch_values(
            """
            SELECT state FROM billing.checkouts
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": checkout_id},
            scope=organization_id,
        )
        return Checkout.model_validate(found[0]) if found else None

    @override
    async def open(self, organization_id: OrganizationId, now: datetime) -> Checkout | None:
        found = await self._database.fetch_values(
            """
            SELECT state FROM billing.checkouts
             WHERE organization_id = %(organization_id)s AND status = 'open'
               AND expires_at > %(now)s
             ORDER BY expires_at DESC
             LIMIT 1
            """,
            {"organization_id": organization_id, "now": now},
            scope=organization_id,
        )
        return Checkout.model_validate(found[0]) if found else None
