from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.models import OrganizationId
from core.storage import lifecycle, ports
from core.storage.models import BucketId, ObjectId, StoredObject


class ObjectChecks(ports.ObjectChecks):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def any_live(self, organization_id: OrganizationId, bucket_id: BucketId) -> bool:
        [found] = await self._database.fetch_values(
            """
            SELECT EXISTS (
                SELECT 1 FROM storage.objects
                 WHERE organization_id = %(organization_id)s AND bucket_id = %(bucket_id)s
                   AND status = ANY(%(live)s)
            )
            """,
            {
                "organization_id": organization_id,
                "bucket_id": bucket_id,
                "live": sorted(lifecycle.LIVE),
            },
            scope=organization_id,
        )
        return bool(found)

    @override
    async def public(self, bucket_id: BucketId, object_id: ObjectId) -> StoredObject | None:
        return await self._database.fetch_one(
            StoredObject,
            """
            SELECT id, organization_id, bucket_id, bucket, owner_id, key, filename, content_type,
                   detected_type, size, sha256, etag, status, failure, metadata, upload_method,
                   upload_expires_at, store_upload_id, part_size, part_count, received,
                   request_key, request_hash, created_at, updated_at, available_at, deleted_at,
                   purge_after, purge_attempts, version
              FROM storage.objects
             WHERE id = %(id)s AND bucket_id = %(bucket_id)s AND status = 'available'
               AND EXISTS (
                   SELECT 1 FROM storage.buckets AS b
                    WHERE b.id = %(bucket_id)s AND b.visibility = 'public'
                      AND b.deleted_at IS NULL
               )
            """,
            {"bucket_id": bucket_id, "id": object_id},
            scope=PLATFORM,
        )

    @override
    async def keep_upload_id(self, stored: StoredObject, store_upload_id: str) -> bool:
        kept = await self._database.execute(
            """
            UPDATE storage.objects
               SET store_upload_id = %(store_upload_id)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
               AND status = 'pending' AND store_upload_id IS NULL
            """,
            {
                "organization_id": stored.organization_id,
                "id": stored.id,
                "store_upload_id": store_upload_id,
            },
            scope=stored.organization_id,
        )
        return kept > 0

    @override
    async def keep_received(self, stored: StoredObject, received: int) -> bool:
        kept = await self._database.execute(
            """
            UPDATE storage.objects
               SET received = %(received)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
               AND status = 'pending' AND received = %(before)s
            """,
            {
                "organization_id": stored.organization_id,
                "id": stored.id,
                "before": stored.received,
                "received": received,
            },
            scope=stored.organization_id,
        )
        return kept > 0
