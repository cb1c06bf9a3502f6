from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.management.collections.models import Collection
from core.management.records import ports
from core.management.records.models import Import, ImportId, Record, RecordId
from core.management.records.ordering import IndexRow, rows
from core.management.records.ports import Row
from core.models import Model, OrganizationId


class Piece(Model):
    organization_id: OrganizationId
    rows: list[Row]


class RecordImports(ports.Imports):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Import)
        self._pieces = store.table(Piece)

    @override
    async def add(self, imported: Import, pieces: Sequence[Sequence[Row]]) -> None:
        async with self._store.writing():
            self._rows[imported.id] = imported
            for number, some in enumerate(pieces):
                self._pieces[imported.id, number] = Piece(
                    organization_id=imported.organization_id, rows=list(some)
                )

    @override
    async def get(self, organization_id: OrganizationId, import_id: ImportId) -> Import | None:
        found = self._rows.get(import_id)
        return found if found and found.organization_id == organization_id else None

    @override
    async def piece(self, imported: Import, number: int) -> list[Row]:
        found = self._pieces.get((imported.id, number))
        ours = found is not None and found.organization_id == imported.organization_id
        return found.rows if found and ours else []

    @override
    async def put(self, imported: Import) -> None:
        async with self._store.writing():
            if await self.get(imported.organization_id, imported.id) is not None:
                self._rows[imported.id] = imported

    @override
    async def purge(self, before: datetime) -> int:
        async with self._store.writing():
            gone = [key for key, one in self._rows.items() if one.created_at < before]
            for key in gone:
                del self._rows[key]
            for piece in [key for key in self._pieces if key[0] in gone]:
                del self._pieces[piece]
            return len(gone)


class RecordIndex(ports.RecordIndex):
    """There is none but what the records say, and so it is never wrong."""

    def __init__(self, store: Store) -> None:
        self._rows = store.table(Record)

    @override
    async def batch(
        self,
        definition: Collection,
        organization_id: OrganizationId,
        *,
        after: RecordId | None,
        limit: int,
    ) -> list[tuple[Record, list[IndexRow]]]:
        found = [
            one
            for one in self._rows.values()
            if one.organization_id == organization_id and one.collection_id == definition.id
            if after is None or one.id > after
        ]
        ordered = sorted(found, key=lambda one: one.id)[:limit]
        return [(one, rows(definition, one)) for one in ordered]

    @override
    async def mend(
        self,
        definition: Collection,
        organization_id: OrganizationId,
        wanted: Mapping[RecordId, Sequence[IndexRow]],
    ) -> None:
        """Nothing is ever wrong."""
