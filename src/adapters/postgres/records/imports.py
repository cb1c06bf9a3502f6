from collections.abc import Sequence
from datetime import datetime
from typing import Any, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database
from core.management.records import ports
from core.management.records.models import Import, ImportId
from core.management.records.ports import Row
from core.models import OrganizationId


class RecordImports(ports.Imports):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, imported: Import, pieces: Sequence[Sequence[Row]]) -> None:
        await self._database.queue(
            """
            INSERT INTO management.record_imports
                   (id, organization_id, collection_id, state, upsert_on, max_errors, total, seen,
                    created, updated, unchanged, failed, errors, created_by, created_at, updated_at)
            VALUES (%(id)s, %(organization_id)s, %(collection_id)s, %(state)s, %(upsert_on)s,
                    %(max_errors)s, %(total)s, %(seen)s, %(created)s, %(updated)s, %(unchanged)s,
                    %(failed)s, %(errors)s, %(created_by)s, %(created_at)s, %(updated_at)s)
            """,
            _columns(imported),
            scope=imported.organization_id,
        )
        for number, rows in enumerate(pieces):
            await self._database.queue(
                """
                INSERT INTO management.record_import_pieces
                       (organization_id, import_id, number, rows)
                VALUES (%(organization_id)s, %(id)s, %(number)s, %(rows)s)
                """,
                {
                    "organization_id": imported.organization_id,
                    "id": imported.id,
                    "number": number,
                    "rows": Jsonb(list(rows)),
                },
                scope=imported.organization_id,
            )

    @override
    async def get(self, organization_id: OrganizationId, import_id: ImportId) -> Import | None:
        return await self._database.fetch_one(
            Import,
            """
            SELECT id, organization_id, collection_id, state, upsert_on, max_errors, total, seen,
                   created, updated, unchanged, failed, errors, created_by, created_at, updated_at
              FROM management.record_imports
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": import_id},
            scope=organization_id,
        )

    @override
    async def piece(self, imported: Import, number: int) -> list[Row]:
        found = await self._database.fetch_values(
            """
            SELECT rows FROM management.record_import_pieces
             WHERE organization_id = %(organization_id)s AND import_id = %(id)s
               AND number = %(number)s
            """,
            {
                "organization_id": imported.organization_id,
                "id": imported.id,
                "number": number,
            },
            scope=imported.organization_id,
        )
        return list(found[0]) if found else []

    @override
    async def put(self, imported: Import) -> None:
        await self._database.queue(
            """
            UPDATE management.record_imports
               SET state = %(state)s, seen = %(seen)s, created = %(created)s,
                   updated = %(updated)s, unchanged = %(unchanged)s, failed = %(failed)s,
                   errors = %(errors)s, updated_at = %(updated_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _columns(imported),
            scope=imported.organization_id,
        )

    @override
    async def purge(self, before: datetime) -> int:
        return await self._database.execute(
            "DELETE FROM management.record_imports WHERE created_at < %(before)s",
            {"before": before},
            scope=PLATFORM,
        )


def _columns(imported: Import) -> dict[str, Any]:
    return imported.model_dump() | {"errors": Jsonb(imported.errors)}
