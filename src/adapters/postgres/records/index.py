from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, override
from uuid import UUID

from adapters.postgres.database import Database
from adapters.postgres.records.keeping import placed
from core.management.collections.models import Collection
from core.management.records import ports
from core.management.records.models import Record, RecordId
from core.management.records.ordering import IndexRow, Place
from core.models import OrganizationId

_LEAST: Final = UUID(int=0)


class RecordIndex(ports.RecordIndex):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def batch(
        self,
        definition: Collection,
        organization_id: OrganizationId,
        *,
        after: RecordId | None,
        limit: int,
    ) -> list[tuple[Record, list[IndexRow]]]:
        about = {"organization_id": organization_id, "collection_id": definition.id}
        async with self._database.transaction():
            await self._database.queue(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", {}
            )
            records = await self._database.fetch_all(
                Record,
                """
                SELECT id, organization_id, collection_id, data, version, schema_version,
                       created_by, updated_by, created_at, updated_at, deleted_at
                  FROM management.records
                 WHERE organization_id = %(organization_id)s
                   AND collection_id = %(collection_id)s AND id > %(after)s
                 ORDER BY id
                 LIMIT %(limit)s
                """,
                about | {"after": after or _LEAST, "limit": limit},
                scope=organization_id,
            )
            kept = await self._rows(about, [one.id for one in records])
        return [(one, kept.get(one.id, [])) for one in records]

    async def _rows(
        self, about: dict[str, Any], ids: Sequence[RecordId]
    ) -> dict[UUID, list[IndexRow]]:
        found = await self._database.fetch_rows(
            """
            SELECT record_id, field_no, absent, num, ts, txt, uniq
              FROM management.record_index
             WHERE organization_id = %(organization_id)s
               AND collection_id = %(collection_id)s AND record_id = ANY(%(ids)s::uuid[])
            """,
            about | {"ids": list(ids)},
            scope=about["organization_id"],
        )
        kept = defaultdict[UUID, list[IndexRow]](list)
        for row in found:
            kept[row["record_id"]].append(_row(row))
        return kept

    @override
    async def mend(
        self,
        definition: Collection,
        organization_id: OrganizationId,
        wanted: Mapping[RecordId, Sequence[IndexRow]],
    ) -> None:
        about = {"organization_id": organization_id, "collection_id": definition.id}
        await self._database.queue(
            """
            DELETE FROM management.record_index
             WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
               AND record_id = ANY(%(ids)s::uuid[])
            """,
            about | {"ids": list(wanted)},
            scope=organization_id,
        )
        told = [(record_id, row) for record_id, rows in wanted.items() for row in rows]
        await self._database.queue(
            """
            INSERT INTO management.record_index
                   (organization_id, collection_id, record_id, field_no, absent, num, ts, txt, uniq)
            SELECT %(organization_id)s, %(collection_id)s, told.*
              FROM unnest(%(ids)s::uuid[], %(numbers)s::smallint[], %(absent)s::boolean[],
                          %(num)s::float8[], %(ts)s::timestamptz[], %(txt)s::text[],
                          %(uniq)s::boolean[]) AS told
            """,
            about | placed(told),
            scope=organization_id,
        )


def _row(row: dict[str, Any]) -> IndexRow:
    place = Place(absent=row["absent"], number=row["num"], time=row["ts"], text=row["txt"])
    return IndexRow(row["field_no"], place, row["uniq"])
