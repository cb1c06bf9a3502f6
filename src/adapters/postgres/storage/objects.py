from collections.abc import Sequence
from typing import Unpack, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.exceptions import IdempotencyKeyInFlight, VersionMismatch
from core.listing import Found, Window
from core.models import OrganizationId
from core.storage import lifecycle, ports
from core.storage.models import ObjectFilter, ObjectId, StoredObject


class Objects(ports.Objects):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def admit(self, stored: StoredObject, default_limit: int | None) -> bool:
        # The bucket's row is held against its removal; the update of usage lets in, of many at
        # once, those that fit.
        admitted = await self._database.execute(
            """
            WITH here AS (
                SELECT 1 FROM storage.buckets
                 WHERE organization_id = %(organization_id)s AND id = %(bucket_id)s
                   AND deleted_at IS NULL
                   FOR KEY SHARE
            ), reserved AS (
                UPDATE storage.usage
                   SET reserved_bytes = reserved_bytes + %(size)s
                 WHERE organization_id = %(organization_id)s
                   AND EXISTS (SELECT 1 FROM here)
                   AND (coalesce(limit_bytes, %(default_limit)s::bigint) IS NULL
                        OR used_bytes + reserved_bytes + %(size)s
                           <= coalesce(limit_bytes, %(default_limit)s::bigint))
                RETURNING 1
            )
            INSERT INTO storage.objects
                   (id, organization_id, bucket_id, bucket, owner_id, key, filename, content_type,
                    size, sha256, status, metadata, upload_method, upload_expires_at, part_size,
                    part_count, request_key, request_hash, created_at, updated_at, purge_attempts,
                    version)
            SELECT %(id)s, %(organization_id)s, %(bucket_id)s, %(bucket)s, %(owner_id)s, %(key)s,
                   %(filename)s, %(content_type)s, %(size)s, %(sha256)s, %(status)s, %(metadata)s,
                   %(upload_method)s, %(upload_expires_at)s, %(part_size)s, %(part_count)s,
                   %(request_key)s, %(request_hash)s, %(created_at)s, %(updated_at)s,
                   %(purge_attempts)s, %(version)s
              FROM reserved
            """,
            stored.model_dump()
            | {"metadata": Jsonb(stored.metadata), "default_limit": default_limit},
            scope=stored.organization_id,
            ends={"uq_objects_request_key": IdempotencyKeyInFlight},
        )
        return admitted > 0

    @override
    async def get(
        self, organization_id: OrganizationId, object_id: ObjectId
    ) -> StoredObject | None:
        found = await self.some(organization_id, [object_id])
        return found[0] if found else None

    @override
    async def some(
        self, organization_id: OrganizationId, object_ids: Sequence[ObjectId]
    ) -> list[StoredObject]:
        return await self._database.fetch_all(
            StoredObject,
            """
            SELECT id, organization_id, bucket_id, bucket, owner_id, key, filename, content_type,
                   detected_type, size, sha256, etag, status, failure, metadata, upload_method,
                   upload_expires_at, store_upload_id, part_size, part_count, received,
                   request_key, request_hash, created_at, updated_at, available_at, deleted_at,
                   purge_after, purge_attempts, version
              FROM storage.objects
             WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
            """,
            {"organization_id": organization_id, "ids": list(object_ids)},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, matching: ObjectFilter, **window: Unpack[Window]
    ) -> Found[StoredObject]:
        return await listed(
            self._database,
            StoredObject,
            """
            SELECT id, organization_id, bucket_id, bucket, owner_id, key, filename, content_type,
                   detected_type, size, sha256, etag, status, failure, metadata, upload_method,
                   upload_expires_at, store_upload_id, part_size, part_count, received,
                   request_key, request_hash, created_at, updated_at, available_at, deleted_at,
                   purge_after, purge_attempts, version
              FROM storage.objects
             WHERE organization_id = %(organization_id)s
               AND status = ANY(%(statuses)s)
               AND (%(bucket_id)s::uuid IS NULL OR bucket_id = %(bucket_id)s)
               AND (%(created_after)s::timestamptz IS NULL OR created_at > %(created_after)s)
               AND (%(content_type)s::text IS NULL
                    OR split_part(lower(content_type), ';', 1) = %(content_type)s)
               AND (%(text)s::text IS NULL OR position(lower(%(text)s) IN lower(filename)) > 0)
            """,
            matching.model_dump()
            | {
                "organization_id": organization_id,
                "statuses": list(matching.statuses),
            },
            scope=organization_id,
            **window,
        )

    @override
    async def update(self, stored: StoredObject) -> StoredObject:
        updated = await self._database.execute(
            """
            UPDATE storage.objects
               SET filename = %(filename)s, metadata = %(metadata)s, updated_at = %(updated_at)s,
                   version = version + 1
             WHERE organization_id = %(organization_id)s AND id = %(id)s
               AND version = %(version)s
            """,
            {
                "organization_id": stored.organization_id,
                "id": stored.id,
                "version": stored.version,
                "filename": stored.filename,
                "metadata": Jsonb(stored.metadata),
                "updated_at": stored.updated_at,
            },
            scope=stored.organization_id,
        )
        if not updated:
            raise VersionMismatch
        return stored.model_copy(update={"version": stored.version + 1})

    @override
    async def move(self, before: StoredObject, after: StoredObject) -> bool:
        weights = lifecycle.account(before.status, after.status)
        [moved] = await self._database.fetch_values(
            """
            WITH moved AS (
                UPDATE storage.objects
                   SET status = %(status)s, updated_at = %(updated_at)s, version = version + 1,
                       detected_type = %(detected_type)s, sha256 = %(sha256)s, etag = %(etag)s,
                       failure = %(failure)s, available_at = %(available_at)s,
                       deleted_at = %(deleted_at)s, purge_after = %(purge_after)s,
                       received = %(received)s
                 WHERE organization_id = %(organization_id)s AND id = %(id)s
                   AND version = %(before)s
                RETURNING size
            ), counted AS (
                UPDATE storage.usage
                   SET reserved_bytes = reserved_bytes + %(reserved)s * moved.size,
                       used_bytes = used_bytes + %(used)s * moved.size,
                       object_count = object_count + %(used)s
                  FROM moved
                 WHERE organization_id = %(organization_id)s
                   AND (%(reserved)s <> 0 OR %(used)s <> 0)
            )
            SELECT count(*) FROM moved
            """,
            after.model_dump(exclude={"metadata"})
            | {"before": before.version, "reserved": weights.reserved, "used": weights.used},
            scope=before.organization_id,
        )
        return bool(moved)

    @override
    async def requested(
        self, organization_id: OrganizationId, request_key: bytes
    ) -> StoredObject | None:
        found = await self._database.fetch_values(
            """
            SELECT id FROM storage.objects
             WHERE organization_id = %(organization_id)s AND request_key = %(request_key)s
            """,
            {"organization_id": organization_id, "request_key": request_key},
            scope=organization_id,
        )
        return await self.get(organization_id, found[0]) if found else None
