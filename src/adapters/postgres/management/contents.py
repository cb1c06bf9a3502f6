from collections.abc import Sequence
from typing import Any, Final, override
from uuid import UUID

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database, Scope
from adapters.postgres.records.keeping import placed
from core.management.collections import ports
from core.management.collections.models import Collection
from core.management.collections.ports import Content
from core.management.records.models import Record
from core.management.records.ordering import rows

_LEAST: Final = UUID(int=0)


class Contents(ports.Contents):
    """The records of a collection, of every organization that has some.

    That is one organization, unless all of them share the collection.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def page(
        self, collection: Collection, *, after: Content | None, limit: int, outdated: bool = False
    ) -> list[Content]:
        asked = {
            "collection_id": collection.id,
            "organization_id": collection.organization_id,
            "after_organization": after.organization_id if after else _LEAST,
            "after": after.id if after else _LEAST,
            "outdated": outdated,
            "version": collection.version,
            "limit": limit,
        }
        if collection.organization_id is None:
            return await self._everywhere(asked)
        return await self._database.fetch_all(
            Content,
            """
            SELECT organization_id, id, version, data, deleted_at IS NULL AS live
              FROM management.records
             WHERE organization_id = %(organization_id)s AND collection_id = %(collection_id)s
               AND id > %(after)s AND (NOT %(outdated)s OR schema_version < %(version)s)
             ORDER BY id
             LIMIT %(limit)s
            """,
            asked,
            scope=collection.organization_id,
        )

    async def _everywhere(self, asked: dict[str, Any]) -> list[Content]:
        return await self._database.fetch_all(
            Content,
            """
            SELECT organization_id, id, version, data, deleted_at IS NULL AS live
              FROM management.records
             WHERE collection_id = %(collection_id)s
               AND (organization_id, collection_id, id)
                 > (%(after_organization)s::uuid, %(collection_id)s::uuid, %(after)s::uuid)
               AND (NOT %(outdated)s OR schema_version < %(version)s)
             ORDER BY organization_id, collection_id, id
             LIMIT %(limit)s
            """,
            asked,
            scope=PLATFORM,
        )

    @override
    async def put(self, collection: Collection, contents: Sequence[Content]) -> int:
        if not contents:
            return 0
        written = await self._write(collection, contents)
        if not written:
            return 0
        await self._strip(collection, written)
        return await self._place(collection, written)

    async def _write(self, collection: Collection, contents: Sequence[Content]) -> list[Record]:
        return await self._database.fetch_all(
            Record,
            """
            UPDATE management.records AS record
               SET data = told.data, schema_version = %(schema_version)s
              FROM unnest(%(organizations)s::uuid[], %(ids)s::uuid[], %(versions)s::integer[],
                          %(data)s::jsonb[]) AS told (organization_id, id, version, data)
             WHERE record.organization_id = told.organization_id
               AND record.collection_id = %(collection_id)s AND record.id = told.id
               AND record.version = told.version
            RETURNING record.id, record.organization_id, record.collection_id, record.data,
                      record.version, record.schema_version, record.created_by, record.updated_by,
                      record.created_at, record.updated_at, record.deleted_at
            """,
            {
                "collection_id": collection.id,
                "schema_version": collection.version,
                "organizations": [one.organization_id for one in contents],
                "ids": [one.id for one in contents],
                "versions": [one.version for one in contents],
                "data": [Jsonb(one.data) for one in contents],
            },
            scope=_scope(collection),
        )

    async def _strip(self, collection: Collection, written: Sequence[Record]) -> None:
        if collection.removed:
            await self._database.queue(
                """
                UPDATE management.record_history AS past
                   SET data = past.data - %(removed)s::text[]
                  FROM unnest(%(organizations)s::uuid[], %(ids)s::uuid[])
                       AS told (organization_id, id)
                 WHERE past.organization_id = told.organization_id
                   AND past.collection_id = %(collection_id)s AND past.record_id = told.id
                   AND past.data ?| %(removed)s::text[]
                """,
                _about(collection, written) | {"removed": list(collection.removed)},
                scope=_scope(collection),
            )

    async def _place(self, collection: Collection, written: Sequence[Record]) -> int:
        """Tell the side index anew; of two that have the same unique value the first has it."""
        about = _about(collection, written)
        await self._database.queue(
            """
            DELETE FROM management.record_index AS place
             USING unnest(%(organizations)s::uuid[], %(ids)s::uuid[]) AS told (organization_id, id)
             WHERE place.organization_id = told.organization_id
               AND place.collection_id = %(collection_id)s AND place.record_id = told.id
            """,
            about,
            scope=_scope(collection),
        )
        come = [(one, row) for one in written for row in rows(collection, one)]
        if not come:
            return 0
        columns = placed([(one.id, row) for one, row in come])
        return await self._database.execute(
            """
            INSERT INTO management.record_index
                   (organization_id, collection_id, record_id, field_no, absent, num, ts, txt, uniq)
            SELECT told.organization_id, %(collection_id)s, told.record_id, told.field_no,
                   told.absent, told.num, told.ts, told.txt, told.uniq
              FROM unnest(%(organizations)s::uuid[], %(ids)s::uuid[], %(numbers)s::smallint[],
                          %(absent)s::boolean[], %(num)s::float8[], %(ts)s::timestamptz[],
                          %(txt)s::text[], %(uniq)s::boolean[])
                   AS told (organization_id, record_id, field_no, absent, num, ts, txt, uniq)
                ON CONFLICT DO NOTHING
            """,
            columns
            | {
                "collection_id": collection.id,
                "organizations": [one.organization_id for one, _ in come],
            },
            scope=_scope(collection),
        )

    @override
    async def erase(self, collection: Collection, *, limit: int) -> int:
        return await self._database.execute(
            """
            DELETE FROM management.records
             WHERE (organization_id, collection_id, id) IN (
                   SELECT organization_id, collection_id, id
                     FROM management.records
                    WHERE collection_id = %(collection_id)s
                      AND organization_id = coalesce(%(organization_id)s, organization_id)
                    LIMIT %(limit)s)
            """,
            {
                "collection_id": collection.id,
                "organization_id": collection.organization_id,
                "limit": limit,
            },
            scope=PLATFORM,
        )


def _about(collection: Collection, written: Sequence[Record]) -> dict[str, Any]:
    return {
        "collection_id": collection.id,
        "organizations": [one.organization_id for one in written],
        "ids": [one.id for one in written],
    }


def _scope(collection: Collection) -> Scope:
    return collection.organization_id or PLATFORM
