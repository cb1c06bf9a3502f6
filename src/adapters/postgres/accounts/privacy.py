from datetime import datetime
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.accounts.privacy import ports
from core.accounts.privacy.models import DataExport, ExportId
from core.models import UserId


class DataExports(ports.DataExports):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def begin(self, export: DataExport) -> DataExport:
        added = await self._database.execute(
            """
            INSERT INTO accounts.data_exports
                   (id, user_id, content_box, created_at, finished_at, expires_at)
            VALUES (%(id)s, %(user_id)s, %(content_box)s, %(created_at)s, %(finished_at)s,
                    %(expires_at)s)
            ON CONFLICT (user_id) WHERE finished_at IS NULL DO NOTHING
            """,
            export.model_dump(),
        )
        return export if added else (await self._newest(export.user_id) or export)

    async def _newest(self, user_id: UserId) -> DataExport | None:
        """Return the one that was pending a moment ago, even if it is ready by now."""
        return await self._database.fetch_one(
            DataExport,
            """
            SELECT id, user_id, content_box, created_at, finished_at, expires_at
              FROM accounts.data_exports
             WHERE user_id = %(user_id)s
             ORDER BY id DESC
             LIMIT 1
            """,
            {"user_id": user_id},
        )

    @override
    async def get(self, user_id: UserId, export_id: ExportId) -> DataExport | None:
        return await self._database.fetch_one(
            DataExport,
            """
            SELECT id, user_id, content_box, created_at, finished_at, expires_at
              FROM accounts.data_exports
             WHERE id = %(id)s AND user_id = %(user_id)s
            """,
            {"id": export_id, "user_id": user_id},
        )

    @override
    async def finish(self, export_id: ExportId, content_box: bytes, at: datetime) -> bool:
        finished = await self._database.execute(
            """
            UPDATE accounts.data_exports
               SET content_box = %(content_box)s, finished_at = %(at)s
             WHERE id = %(id)s AND finished_at IS NULL
            """,
            {"id": export_id, "content_box": content_box, "at": at},
        )
        return finished == 1

    @override
    async def purge(self, expired_before: datetime, *, limit: int) -> int:
        return await self._database.execute(
            """
            DELETE FROM accounts.data_exports WHERE id IN (
                SELECT id FROM accounts.data_exports
                 WHERE expires_at < %(before)s
                 LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            )
            """,
            {"before": expired_before, "limit": limit},
        )


class DepartingUsers(ports.DepartingUsers):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def due(self, now: datetime, *, limit: int, after: UserId | None = None) -> list[UserId]:
        return await self._database.fetch_values(
            """
            SELECT id
              FROM accounts.users
             WHERE deletes_at <= %(now)s AND (%(after)s::uuid IS NULL OR id > %(after)s)
             ORDER BY id
             LIMIT %(limit)s
            """,
            {"now": now, "limit": limit, "after": after},
        )

    @override
    async def remove(self, user_id: UserId, now: datetime) -> bool:
        # The rest goes with them: foreign keys cascade, past the wall between tenants.
        removed = await self._database.fetch_values(
            """
            WITH gone AS (
                DELETE FROM accounts.users
                 WHERE id = %(id)s AND deletes_at <= %(now)s
                RETURNING id, email
            ), uninvited AS (
                DELETE FROM accounts.invitations USING gone WHERE invitations.email = gone.email
            )
            SELECT id FROM gone
            """,
            {"id": user_id, "now": now},
            scope=PLATFORM,
        )
        return bool(removed)
