from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cmp_to_key
from typing import Any, override

from adapters.memory.store import Store
from core.listing import Count
from core.management.collections.models import Collection as Definition
from core.management.records import ports
from core.management.records.exceptions import RecordTaken, UniqueViolation
from core.management.records.filters import FilterExpr
from core.management.records.models import Change, Record, RecordId
from core.management.records.ordering import After, Order, beyond, places, rows
from core.models import OrganizationId


class Past(Record):
    """A record as it was."""


class Records(ports.Records):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Record)
        self._past = store.table(Past)

    @override
    async def some(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        record_ids: Collection[RecordId],
        *,
        hold: bool = False,
    ) -> dict[RecordId, Record]:
        keys = ((organization_id, definition.id, one) for one in record_ids)
        return {found.id: found for key in keys if (found := self._rows.get(key))}

    @override
    async def page(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        asked: FilterExpr,
        order: Order,
        *,
        limit: int,
        after: After | None = None,
        deleted: bool = False,
        surely: bool = True,
    ) -> list[Record]:
        stands = {
            one.id: places(definition, one, order)
            for one in self._meant(definition, organization_id, asked, deleted=deleted)
        }
        found = [
            self._rows[organization_id, definition.id, key]
            for key, places_ in stands.items()
            if after is None or beyond(order, places_, key, after)
        ]

        def compared(one: Record, other: Record) -> int:
            there = After(places=stands[other.id], id=other.id)
            return 1 if beyond(order, stands[one.id], one.id, there) else -1

        return sorted(found, key=cmp_to_key(compared))[:limit]

    @override
    async def count(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        asked: FilterExpr,
        counting: Count,
        *,
        deleted: bool = False,
    ) -> int:
        return len(self._meant(definition, organization_id, asked, deleted=deleted))

    @override
    async def owners(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        values: Collection[tuple[int, str]],
    ) -> dict[tuple[int, str], RecordId]:
        wanted = set(values)
        return {
            key: one.id
            for one in self._of(definition, organization_id)
            for row in rows(definition, one)
            if row.unique and (key := (row.field_no, row.place.text)) in wanted
        }

    @override
    async def history(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        record_id: RecordId,
        *,
        limit: int,
        before: int | None = None,
    ) -> list[Record]:
        now = self._rows.get((organization_id, definition.id, record_id))
        if now is None:
            return []
        past = [
            Record(**dict(one))
            for one in self._past.values()
            if one.id == record_id and one.organization_id == organization_id
        ]
        found = [one for one in [now, *past] if before is None or one.version < before]
        return sorted(found, key=lambda one: one.version, reverse=True)[:limit]

    @override
    async def keep(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        changes: Sequence[Change],
    ) -> None:
        async with self._store.writing():
            self._check_free(definition, organization_id, changes)
            for change in changes:
                if (was := change.before) is not None:
                    self._past[(*_key(was), was.version)] = Past(**dict(was))
                self._rows[_key(change.after)] = change.after

    def _check_free(
        self, definition: Definition, organization_id: OrganizationId, changes: Sequence[Change]
    ) -> None:
        changed = {one.after.id for one in changes}
        if any(one.before is None and _key(one.after) in self._rows for one in changes):
            raise RecordTaken
        others = [one for one in self._of(definition, organization_id) if one.id not in changed]
        values = list(_unique(definition, [*others, *(one.after for one in changes)]))
        if len(set(values)) < len(values):
            raise UniqueViolation

    @override
    async def changed(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        since: datetime,
        *,
        limit: int,
    ) -> list[Record]:
        found = [one for one in self._of(definition, organization_id) if one.updated_at >= since]
        return sorted(found, key=lambda one: (one.updated_at, one.id))[:limit]

    def _of(self, definition: Definition, organization_id: OrganizationId) -> list[Record]:
        return [
            one
            for one in self._rows.values()
            if one.organization_id == organization_id and one.collection_id == definition.id
        ]

    def _meant(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        asked: FilterExpr,
        *,
        deleted: bool,
    ) -> list[Record]:
        return [
            one
            for one in self._of(definition, organization_id)
            if (deleted or one.deleted_at is None) and asked.matches(one)
        ]


def _key(record: Record) -> tuple[Any, ...]:
    return (record.organization_id, record.collection_id, record.id)


def _unique(definition: Definition, records: Iterable[Record]) -> Iterable[tuple[int, str]]:
    for one in records:
        for row in rows(definition, one):
            if row.unique:
                yield row.field_no, row.place.text
