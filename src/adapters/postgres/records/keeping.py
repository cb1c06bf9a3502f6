"""How records are written: set by set, with what they were, and where they stand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.management.collections.models import Collection
from core.management.records.exceptions import RecordTaken, UniqueViolation
from core.management.records.models import Change, Record
from core.management.records.ordering import IndexRow, rows
from core.models import OrganizationId


class Keeping:
    """Writes changes in the surrounding transaction; nobody waits for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self, definition: Collection, organization_id: OrganizationId, changes: Sequence[Change]
    ) -> None:
        about = {"organization_id": organization_id, "collection_id": definition.id}
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
        self, definition: Collection, about: dict[str, Any], changes: Sequence[Change]
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
    definition: Collection, changes: Sequence[Change]
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
