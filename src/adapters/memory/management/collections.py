from datetime import datetime
from typing import Unpack, override

from adapters.memory.store import Store
from core.listing import Found, Window, applied
from core.management.collections import ports
from core.management.collections.exceptions import CollectionTaken, TooManyCollections
from core.management.collections.models import Collection
from core.management.collections.ports import Owner
from core.management.collections.schemas import CollectionView
from core.models import OrganizationId


class Collections(ports.Collections, ports.KnownCollections):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Collection)

    @override
    async def lock(self, owner: Owner) -> None:
        """Transactions in memory come one after another anyhow."""

    @override
    async def share(self, organization_id: OrganizationId) -> None:
        """As above."""

    @override
    async def add(self, collection: Collection, *, most: int) -> None:
        async with self._store.writing():
            own = self._own(collection.organization_id)
            if len(own) >= most:
                raise TooManyCollections
            self._check_free(collection)
            self._rows[collection.id] = collection

    @override
    async def get(self, owner: Owner, key: str) -> Collection | None:
        return next((one for one in self._seen(owner) if one.key == key), None)

    @override
    def lately(self, organization_id: OrganizationId, key: str) -> Collection | None:
        """To look costs nothing here: nothing is remembered."""
        return None

    @override
    async def page(self, owner: Owner, **window: Unpack[Window]) -> Found[Collection]:
        return applied(self._seen(owner), seen=CollectionView.of, **window)

    @override
    async def put(self, collection: Collection) -> None:
        async with self._store.writing():
            row = self._rows.get(collection.id)
            if row is not None and row.organization_id == collection.organization_id:
                if collection.deleted_at is None:
                    self._check_free(collection)
                self._rows[collection.id] = collection

    @override
    async def deleted(self, owner: Owner, key: str) -> Collection | None:
        rows = (row for row in self._rows.values() if row.organization_id == owner)
        gone = [(row.deleted_at, row) for row in rows if row.key == key and row.deleted_at]
        return max(gone, key=lambda one: (one[0], one[1].id))[1] if gone else None

    def _own(self, owner: Owner) -> list[Collection]:
        rows = self._rows.values()
        return [row for row in rows if row.organization_id == owner and row.deleted_at is None]

    def _seen(self, owner: Owner) -> list[Collection]:
        own = self._own(owner)
        if owner is None:
            return own
        keys = {row.key for row in own}
        return [*own, *(row for row in self._own(None) if row.key not in keys)]

    def _check_free(self, collection: Collection) -> None:
        own = self._own(collection.organization_id)
        if any(row.key == collection.key and row.id != collection.id for row in own):
            raise CollectionTaken


class DeletedCollections(ports.DeletedCollections):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Collection)

    @override
    async def before(self, moment: datetime, *, limit: int) -> list[Collection]:
        rows = self._rows.values()
        gone = [(row.deleted_at, row) for row in rows if row.deleted_at and row.deleted_at < moment]
        return [row for _, row in sorted(gone, key=lambda one: (one[0], one[1].id))][:limit]

    @override
    async def remove(self, collection: Collection) -> None:
        async with self._store.writing():
            row = self._rows.get(collection.id)
            if row is not None and row.deleted_at is not None:
                del self._rows[collection.id]
