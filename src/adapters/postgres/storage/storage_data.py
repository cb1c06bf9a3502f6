from typing import Any, Final

from adapters.postgres.database import PLATFORM, Database
from core.models import UserId

MOST: Final = 20_000


class StorageData:
    """Which files somebody uploaded."""

    name = "storage"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: UserId) -> dict[str, Any]:
        rows = await self._database.fetch_rows(
            """
            SELECT id, organization_id, bucket, filename, content_type, size, status, created_at
              FROM storage.objects
             WHERE owner_id = %(user_id)s AND status <> 'purged'
             ORDER BY id DESC
             LIMIT %(most)s
            """,
            {"user_id": user_id, "most": MOST},
            scope=PLATFORM,
        )
        return {"objects": rows}
