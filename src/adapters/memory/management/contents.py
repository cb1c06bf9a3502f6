from collections.abc import Sequence
from typing import override

from adapters.memory.management.records import Past
from adapters.memory.store import Store
from core.management.collections import ports
from core.management.collections.models import Collection
from core.management.collections.ports import Content
from core.management.records.models import Record
from core.management.records.ordering import rows


class Contents(ports.Contents):
    """Over the records themselves: there is no side index but what they hold."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Record)
        self._past = store.table(Past)

    @override
    async def page(
        self, collection: Collection, *, after: Content | None, limit: int, outdated: bool = False
    ) -> list[Content]:
        found = [
            row
            for row in self._rows.values()
            if row.collection_id == collection.id
            if after is None or (row.organization_id, row.id) > (after.organization_id, after.id)
            if not outdated or row.schema_version < collection.version
        ]
        found.sort(key=lambda row: (row.organization_id, row.id))
        return [
            Content(
                organization_id=row.organization_id,
                id=row.id,
                version=row.version,
                data=row.data,
                live=row.deleted_at is None,
            )
            for row in found[:limit]
        ]

    @override
    async def put(self, collection: Collection, contents: Sequence[Content]) -> int:
        places = 0
        async with self._store.writing():
            for one in contents:
                key = (one.organization_id, collection.id, one.id)
                row = self._rows.get(key)
                if row is None or row.version != one.version:
                    continue
                renewed = row.evolve(data=one.data, schema_version=collection.version)
                self._rows[key] = renewed
                places += len(rows(collection, renewed))
                self._strip(collection, one)
        return places

    @override
    async def erase(self, collection: Collection, *, limit: int) -> int:
        async with self._store.writing():
            gone = [key for key, row in self._rows.items() if row.collection_id == collection.id]
            for key in gone[:limit]:
                record = self._rows.pop(key)
                for past in [key for key, row in self._past.items() if row.id == record.id]:
                    del self._past[past]
            return len(gone[:limit])

    def _strip(self, collection: Collection, content: Content) -> None:
        for key, row in self._past.items():
            if row.id == content.id and row.organization_id == content.organization_id:
                left = {k: value for k, value in row.data.items() if k not in collection.removed}
                self._past[key] = row.evolve(data=left)
