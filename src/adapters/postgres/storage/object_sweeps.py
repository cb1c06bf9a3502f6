from collections.abc import Sequence
from datetime import datetime
from typing import Any, override

from adapters.postgres.database import PLATFORM, Database
from core.storage import constants, ports
from core.storage.models import StoredObject


class ObjectSweeps(ports.ObjectSweeps):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def expired(self, now: datetime, *, limit: int) -> list[StoredObject]:
        due = await self._database.fetch_values(
            """
            SELECT id FROM storage.objects
             WHERE status = 'pending' AND upload_expires_at <= %(now)s
             ORDER BY upload_expires_at
             LIMIT %(limit)s
            """,
            {"now": now, "limit": limit},
            scope=PLATFORM,
        )
        return await self._loaded(due)

    @override
    async def unsettled(self, before: datetime, *, limit: int) -> list[StoredObject]:
        due = await self._database.fetch_values(
            """
            SELECT id FROM storage.objects
             WHERE status = 'verifying' AND updated_at < %(before)s
               AND updated_at + make_interval(secs => size / %(pace)s) < %(before)s
             ORDER BY updated_at
             LIMIT %(limit)s
            """,
            {"before": before, "limit": limit, "pace": constants.VERIFIED_A_SECOND},
            scope=PLATFORM,
        )
        return await self._loaded(due)

    @override
    async def unscanned(self, before: datetime, *, limit: int) -> list[StoredObject]:
        due = await self._database.fetch_values(
            """
            SELECT id FROM storage.objects
             WHERE status = 'scanning' AND updated_at < %(before)s
             ORDER BY updated_at
             LIMIT %(limit)s
            """,
            {"before": before, "limit": limit},
            scope=PLATFORM,
        )
        return await self._loaded(due)

    @override
    async def purgeable(self, now: datetime, *, limit: int) -> list[StoredObject]:
        due = await self._database.fetch_values(
            """
            SELECT id FROM storage.objects
             WHERE status IN ('rejected', 'expired', 'aborted', 'deleted')
               AND purge_after <= %(now)s
             ORDER BY purge_after
             LIMIT %(limit)s
            """,
            {"now": now, "limit": limit},
            scope=PLATFORM,
        )
        return await self._loaded(due)

    @override
    async def claim(self, stored: StoredObject, retry_at: datetime) -> StoredObject | None:
        claimed = await self._database.execute(
            """
            UPDATE storage.objects
               SET purge_attempts = purge_attempts + 1, purge_after = %(retry_at)s,
                   version = version + 1
             WHERE organization_id = %(organization_id)s AND id = %(id)s
               AND version = %(version)s
            """,
            {
                "organization_id": stored.organization_id,
                "id": stored.id,
                "version": stored.version,
                "retry_at": retry_at,
            },
            scope=stored.organization_id,
        )
        if not claimed:
            return None
        return stored.model_copy(
            update={
                "purge_attempts": stored.purge_attempts + 1,
                "purge_after": retry_at,
                "version": stored.version + 1,
            }
        )

    @override
    async def after(self, key: str | None, *, limit: int) -> list[StoredObject]:
        found = await self._database.fetch_values(
            """
            SELECT id FROM storage.objects
             WHERE key > %(key)s AND status <> ALL(%(gone)s)
             ORDER BY key
             LIMIT %(limit)s
            """,
            {"key": key or "", "gone": ["purged"], "limit": limit},
            scope=PLATFORM,
        )
        return await self._loaded(found)

    @override
    async def forget_requests(self, before: datetime) -> int:
        return await self._database.execute(
            """
            UPDATE storage.objects
               SET request_key = NULL, request_hash = NULL
             WHERE request_key IS NOT NULL AND created_at < %(before)s
            """,
            {"before": before},
            scope=PLATFORM,
        )

    async def _loaded(self, ids: Sequence[Any]) -> list[StoredObject]:
        """Return these objects in the order of their ids in the list."""
        return await self._database.fetch_all(
            StoredObject,
            """
            SELECT id, organization_id, bucket_id, bucket, owner_id, key, filename, content_type,
                   detected_type, size, sha256, etag, status, failure, metadata, upload_method,
                   upload_expires_at, store_upload_id, part_size, part_count, received,
                   request_key, request_hash, created_at, updated_at, available_at, deleted_at,
                   purge_after, purge_attempts, version
              FROM storage.objects
             WHERE id = ANY(%(ids)s)
             ORDER BY array_position(%(ids)s, id)
            """,
            {"ids": list(ids)},
            scope=PLATFORM,
        )
