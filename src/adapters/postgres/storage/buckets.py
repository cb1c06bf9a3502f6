from datetime import datetime
from typing import override

from adapters.postgres.database import Database
from core.exceptions import VersionMismatch
from core.models import OrganizationId
from core.storage import exceptions, ports
from core.storage.models import Bucket, BucketId


class Buckets(ports.Buckets):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, bucket: Bucket) -> None:
        added = await self._database.execute(
            """
            WITH opened AS (
                INSERT INTO storage.usage
                       (organization_id, used_bytes, reserved_bytes, object_count)
                VALUES (%(organization_id)s, 0, 0, 0)
                ON CONFLICT (organization_id) DO NOTHING
            )
            INSERT INTO storage.buckets
                   (id, organization_id, name, visibility, max_object_bytes, allowed_types,
                    scan_policy, created_at, updated_at, version)
            VALUES (%(id)s, %(organization_id)s, %(name)s, %(visibility)s, %(max_object_bytes)s,
                    %(allowed_types)s, %(scan_policy)s, %(created_at)s, %(updated_at)s,
                    %(version)s)
            ON CONFLICT (organization_id, name) WHERE deleted_at IS NULL DO NOTHING
            """,
            bucket.model_dump() | {"allowed_types": list(bucket.allowed_types)},
            scope=bucket.organization_id,
        )
        if not added:
            raise exceptions.BucketExists

    @override
    async def named(self, organization_id: OrganizationId, name: str) -> Bucket | None:
        return await self._database.fetch_one(
            Bucket,
            """
            SELECT id, organization_id, name, visibility, max_object_bytes, allowed_types,
                   scan_policy, created_at, updated_at, version
              FROM storage.buckets
             WHERE organization_id = %(organization_id)s AND name = %(name)s
               AND deleted_at IS NULL
            """,
            {"organization_id": organization_id, "name": name},
            scope=organization_id,
        )

    @override
    async def get(self, organization_id: OrganizationId, bucket_id: BucketId) -> Bucket | None:
        return await self._database.fetch_one(
            Bucket,
            """
            SELECT id, organization_id, name, visibility, max_object_bytes, allowed_types,
                   scan_policy, created_at, updated_at, version
              FROM storage.buckets
             WHERE organization_id = %(organization_id)s AND id = %(id)s AND deleted_at IS NULL
            """,
            {"organization_id": organization_id, "id": bucket_id},
            scope=organization_id,
        )

    @override
    async def all(self, organization_id: OrganizationId) -> list[Bucket]:
        return await self._database.fetch_all(
            Bucket,
            """
            SELECT id, organization_id, name, visibility, max_object_bytes, allowed_types,
                   scan_policy, created_at, updated_at, version
              FROM storage.buckets
             WHERE organization_id = %(organization_id)s AND deleted_at IS NULL
             ORDER BY name COLLATE "C"
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def update(self, bucket: Bucket) -> Bucket:
        updated = await self._database.execute(
            """
            UPDATE storage.buckets
               SET visibility = %(visibility)s, max_object_bytes = %(max_object_bytes)s,
                   allowed_types = %(allowed_types)s, scan_policy = %(scan_policy)s,
                   updated_at = %(updated_at)s, version = version + 1
             WHERE organization_id = %(organization_id)s AND id = %(id)s
               AND version = %(version)s AND deleted_at IS NULL
            """,
            bucket.model_dump() | {"allowed_types": list(bucket.allowed_types)},
            scope=bucket.organization_id,
        )
        if not updated:
            raise VersionMismatch
        return bucket.model_copy(update={"version": bucket.version + 1})

    @override
    async def lock(self, organization_id: OrganizationId, name: str) -> Bucket | None:
        return await self._database.fetch_one(
            Bucket,
            """
            SELECT id, organization_id, name, visibility, max_object_bytes, allowed_types,
                   scan_policy, created_at, updated_at, version
              FROM storage.buckets
             WHERE organization_id = %(organization_id)s AND name = %(name)s
               AND deleted_at IS NULL
               FOR UPDATE
            """,
            {"organization_id": organization_id, "name": name},
            scope=organization_id,
        )

    @override
    async def remove(self, bucket: Bucket, at: datetime) -> None:
        await self._database.execute(
            """
            UPDATE storage.buckets
               SET deleted_at = %(at)s, updated_at = %(at)s, version = version + 1
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": bucket.organization_id, "id": bucket.id, "at": at},
            scope=bucket.organization_id,
        )
