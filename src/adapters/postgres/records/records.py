from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, override
from uuid import UUID

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from adapters.postgres.records.listing import Asking
from core.management.collections.models import Collection as Definition
from core.management.records import ports
from core.management.records.exceptions import RecordTaken, UniqueViolation
from core.management.records.filters import FilterExpr
from core.management.records.models import Change, Record, RecordId
from core.management.records.ordering import After, IndexRow, Order, rows
from core.models import OrganizationId


class Records(ports.Records):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def some(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        record_ids: Collection[RecordId],
        *,
        hold: bool = False,
    ) -> dict[RecordId, Record]:
        about = _about(definition, organization_id)
        if hold:
            await self._database.queue(
                """
                SELECT id FROM management.records
                 WHERE organization_id = %(organization_id)s
                   AND collection_id = %(collection_id)s AND id = ANY(%(ids)s::uuid[])
                 ORDER BY id
                   FOR UPDATE
                """,
                about | {"ids": list(record_ids)},
                scope=organization_id,
            )
        found = await self._database.fetch_all(
            Record,
            """
            SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
                   updated_by, created_at, updated_at, deleted_at
              FROM management.records
             WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
               AND id = ANY(%(ids)s::uuid[])
            """,
            about | {"ids": list(record_ids)},
            scope=organization_id,
        )
        return {one.id: one for one in found}

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
    ) -> list[Record]:
        question = Asking(self._database, definition, organization_id, asked, deleted=deleted)
        return await question.page(order, limit, after)

    @override
    async def count(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        asked: FilterExpr,
        counting: ports.Counting,
        *,
        deleted: bool = False,
    ) -> int:
        question = Asking(self._database, definition, organization_id, asked, deleted=deleted)
        return await question.count(counting)

    @override
    async def owners(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        values: Collection[tuple[int, str]],
    ) -> dict[tuple[int, str], RecordId]:
        found = await self._database.fetch_rows(
            """
            SELECT place.field_no, place.txt, place.record_id
              FROM unnest(%(numbers)s::smallint[], %(texts)s::text[]) AS told (field_no, txt)
              JOIN management.record_index AS place
                ON place.field_no = told.field_no AND place.txt = told.txt AND place.uniq
             WHERE place.organization_id = %(organization_id)s
               AND place.collection_id = %(collection_id)s
            """,
            _about(definition, organization_id)
            | {"numbers": [one[0] for one in values], "texts": [one[1] for one in values]},
            scope=organization_id,
        )
        return {(one["field_no"], one["txt"]): RecordId(one["record_id"]) for one in found}

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
        return await self._database.fetch_all(
            Record,
            """
            SELECT now.id, now.organization_id, now.collection_id, told.data, told.version,
                   told.schema_version, now.created_by, told.updated_by, now.created_at,
                   told.updated_at, told.deleted_at
              FROM management.records AS now
             CROSS JOIN LATERAL (
                   SELECT now.data, now.version, now.schema_version, now.updated_by,
                          now.updated_at, now.deleted_at
                    UNION ALL
                   SELECT data, version, schema_version, updated_by, updated_at, deleted_at
                     FROM management.record_history
                    WHERE organization_id = %(organization_id)s
                      AND collection_id = %(collection_id)s AND record_id = %(record_id)s) AS told
             WHERE now.organization_id = %(organization_id)s
               AND now.collection_id = %(collection_id)s AND now.id = %(record_id)s
               AND (%(before)s::integer IS NULL OR told.version < %(before)s)
             ORDER BY told.version DESC
             LIMIT %(limit)s
            """,
            _about(definition, organization_id)
            | {"record_id": record_id, "limit": limit, "before": before},
            scope=organization_id,
        )

    @override
    async def keep(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        changes: Sequence[Change],
    ) -> None:
        about = _about(definition, organization_id)
        await self._insert(about, [one.after for one in changes if one.before is None])
        await self._update(about, [one.after for one in changes if one.before is not None])
        await self._place(definition, about, changes)

    async def _insert(self, about: dict[str, Any], records: Sequence[Record]) -> None:
        if not records:
            return
        await self._database.queue(
            """
            INSERT INTO management.records
                   (organization_id, collection_id, id, data, version, schema_version, created_by,
                    updated_by, created_at, updated_at, deleted_at)
            SELECT %(organization_id)s, %(collection_id)s, told.*
              FROM unnest(%(ids)s::uuid[], %(data)s::jsonb[], %(versions)s::integer[],
                          %(schema_versions)s::integer[], %(created_by)s::uuid[],
                          %(updated_by)s::uuid[], %(created_at)s::timestamptz[],
                          %(updated_at)s::timestamptz[], %(deleted_at)s::timestamptz[]) AS told
            """,
            about | _written(records),
            scope=about["organization_id"],
            rules={"pk_records": RecordTaken},
        )

    async def _update(self, about: dict[str, Any], records: Sequence[Record]) -> None:
        """Write what was held, and what it was into history."""
        if not records:
            return
        await self._database.queue(
            """
            WITH told AS (
                SELECT * FROM unnest(
                    %(ids)s::uuid[], %(data)s::jsonb[], %(versions)s::integer[],
                    %(schema_versions)s::integer[], %(updated_by)s::uuid[],
                    %(updated_at)s::timestamptz[], %(deleted_at)s::timestamptz[])
                    AS told (id, data, version, schema_version, updated_by, updated_at,
                             deleted_at)),
            past AS (
                INSERT INTO management.record_history
                       (organization_id, collection_id, record_id, version, data, schema_version,
                        updated_by, updated_at, deleted_at)
                SELECT organization_id, collection_id, id, version, data, schema_version,
                       updated_by, updated_at, deleted_at
                  FROM management.records
                 WHERE organization_id = %(organization_id)s
                   AND collection_id = %(collection_id)s AND id = ANY(%(ids)s::uuid[]))
            UPDATE management.records AS record
               SET data = told.data, version = told.version, schema_version = told.schema_version,
                   updated_by = told.updated_by, updated_at = told.updated_at,
                   deleted_at = told.deleted_at
              FROM told
             WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
               AND record.id = told.id
            """,
            about | _written(records),
            scope=about["organization_id"],
        )

    async def _place(
        self, definition: Definition, about: dict[str, Any], changes: Sequence[Change]
    ) -> None:
        """Bring the side index in line, of what is not where it was."""
        gone, come = _moves(definition, changes)
        if gone:
            await self._database.queue(
                """
                DELETE FROM management.record_index AS place
                 USING unnest(%(ids)s::uuid[], %(numbers)s::smallint[]) AS told (id, field_no)
                 WHERE organization_id = %(organization_id)s
                   AND collection_id = %(collection_id)s AND record_id = told.id
                   AND place.field_no = told.field_no
                """,
                about | {"ids": [one[0] for one in gone], "numbers": [one[1] for one in gone]},
                scope=about["organization_id"],
            )
        if come:
            await self._database.queue(
                """
                INSERT INTO management.record_index
                       (organization_id, collection_id, record_id, field_no, absent, num, ts, txt,
                        uniq)
                SELECT %(organization_id)s, %(collection_id)s, told.*
                  FROM unnest(%(ids)s::uuid[], %(numbers)s::smallint[], %(absent)s::boolean[],
                              %(num)s::float8[], %(ts)s::timestamptz[], %(txt)s::text[],
                              %(uniq)s::boolean[]) AS told
                    ON CONFLICT (organization_id, collection_id, record_id, field_no) DO UPDATE
                   SET absent = excluded.absent, num = excluded.num, ts = excluded.ts,
                       txt = excluded.txt, uniq = excluded.uniq
                """,
                about | placed(come),
                scope=about["organization_id"],
                rules={"uq_record_index_unique": UniqueViolation},
            )

    @override
    async def changed(
        self,
        definition: Definition,
        organization_id: OrganizationId,
        since: datetime,
        *,
        limit: int,
    ) -> list[Record]:
        return await self._database.fetch_all(
            Record,
            """
            SELECT id, organization_id, collection_id, data, version, schema_version, created_by,
                   updated_by, created_at, updated_at, deleted_at
              FROM management.records
             WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
               AND updated_at >= %(since)s
             ORDER BY updated_at, id
             LIMIT %(limit)s
            """,
            _about(definition, organization_id) | {"since": since, "limit": limit},
            scope=organization_id,
        )


def _about(definition: Definition, organization_id: OrganizationId) -> dict[str, Any]:
    return {"organization_id": organization_id, "collection_id": definition.id}


def _written(records: Sequence[Record]) -> dict[str, Any]:
    return {
        "ids": [one.id for one in records],
        "data": [Jsonb(one.data) for one in records],
        "versions": [one.version for one in records],
        "schema_versions": [one.schema_version for one in records],
        **{
            name: [getattr(one, name) for one in records]
            for name in ("created_by", "updated_by", "created_at", "updated_at", "deleted_at")
        },
    }


def _moves(
    definition: Definition, changes: Sequence[Change]
) -> tuple[list[tuple[UUID, int]], list[tuple[UUID, IndexRow]]]:
    """Return which rows of the side index go, and which come.

    What was written by an older definition may have any rows: all of them go.
    """
    gone, come = list[tuple[UUID, int]](), list[tuple[UUID, IndexRow]]()
    for change in changes:
        was, before = set[IndexRow](), change.before
        if before is not None and before.schema_version == definition.version:
            was = set(rows(definition, before))
        elif before is not None:
            gone += [(before.id, number) for number in range(1, definition.last_number + 1)]
        is_ = set(rows(definition, change.after))
        gone += [(change.after.id, one.field_no) for one in was - is_]
        come += [(change.after.id, one) for one in is_ - was]
    return gone, come


def placed(told: Sequence[tuple[UUID, IndexRow]]) -> dict[str, Any]:
    """Return rows of the side index as the columns of a statement."""
    return {
        "ids": [record_id for record_id, _ in told],
        "numbers": [row.field_no for _, row in told],
        "absent": [row.place.absent for _, row in told],
        "num": [row.place.number for _, row in told],
        "ts": [row.place.time for _, row in told],
        "txt": [row.place.text for _, row in told],
        "uniq": [row.unique for _, row in told],
    }
