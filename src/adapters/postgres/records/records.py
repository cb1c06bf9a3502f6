from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, override

from adapters.postgres.database import Database
from adapters.postgres.records.keeping import Keeping
from adapters.postgres.records.listing import Asking
from core.listing import Count
from core.management.collections.models import Collection as Definition
from core.management.records import ports
from core.management.records.filters import FilterExpr
from core.management.records.models import Change, Record, RecordId
from core.management.records.ordering import After, Order
from core.models import OrganizationId


class Records(ports.Records):
    def __init__(self, database: Database) -> None:
        self._database = database
        self._keeping = Keeping(database)

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
        surely: bool = True,
    ) -> list[Record]:
        question = Asking(self._database, definition, organization_id, asked, deleted=deleted)
        return await question.page(order, limit, after, surely=surely)

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
        await self._keeping(definition, organization_id, changes)

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
