from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, override

from adapters.memory.store import Store
from core.models import OrganizationId
from core.storage import constants, lifecycle, ports
from core.storage.models import (
    Bucket,
    BucketId,
    ObjectId,
    StoredObject,
)


class ObjectChecks(ports.ObjectChecks):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(StoredObject)
        self._buckets = store.table(Bucket)

    @override
    async def any_live(self, organization_id: OrganizationId, bucket_id: BucketId) -> bool:
        return any(
            row.bucket_id == bucket_id and row.status in lifecycle.LIVE
            for row in self._rows.values()
        )

    @override
    async def public(self, bucket_id: BucketId, object_id: ObjectId) -> StoredObject | None:
        bucket, row = self._buckets.get(bucket_id), self._rows.get(object_id)
        shown = bucket is not None and bucket.visibility == "public"
        if row is None or not shown or row.bucket_id != bucket_id or row.status != "available":
            return None
        return row

    @override
    async def keep_upload_id(self, stored: StoredObject, store_upload_id: str) -> bool:
        async with self._store.writing():
            kept = self._rows.get(stored.id)
            if kept is None or kept.status != "pending" or kept.store_upload_id is not None:
                return False
            self._rows[stored.id] = kept.evolve(store_upload_id=store_upload_id)
        return True

    @override
    async def keep_received(self, stored: StoredObject, received: int) -> bool:
        async with self._store.writing():
            kept = self._rows.get(stored.id)
            if kept is None or kept.status != "pending" or kept.received != stored.received:
                return False
            self._rows[stored.id] = kept.evolve(received=received)
        return True


class ObjectSweeps(ports.ObjectSweeps):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(StoredObject)

    @override
    async def expired(self, now: datetime, *, limit: int) -> list[StoredObject]:
        return self._due(
            lambda row: row.status == "pending" and row.upload_expires_at <= now,
            lambda row: row.upload_expires_at,
        )[:limit]

    @override
    async def unsettled(self, before: datetime, *, limit: int) -> list[StoredObject]:
        return self._due(
            lambda row: (
                row.status == "verifying"
                and row.updated_at + timedelta(seconds=row.size // constants.VERIFIED_A_SECOND)
                < before
            ),
            lambda row: row.updated_at,
        )[:limit]

    @override
    async def unscanned(self, before: datetime, *, limit: int) -> list[StoredObject]:
        return self._due(
            lambda row: row.status == "scanning" and row.updated_at < before,
            lambda row: row.updated_at,
        )[:limit]

    @override
    async def purgeable(self, now: datetime, *, limit: int) -> list[StoredObject]:
        return self._due(
            lambda row: (
                row.status in lifecycle.DOOMED
                and row.purge_after is not None
                and row.purge_after <= now
            ),
            lambda row: row.purge_after,
        )[:limit]

    @override
    async def claim(self, stored: StoredObject, retry_at: datetime) -> StoredObject | None:
        async with self._store.writing():
            kept = self._rows.get(stored.id)
            if kept is None or kept.version != stored.version:
                return None
            self._rows[stored.id] = kept.evolve(
                purge_attempts=kept.purge_attempts + 1,
                purge_after=retry_at,
                version=kept.version + 1,
            )
            return self._rows[stored.id]

    @override
    async def after(self, key: str | None, *, limit: int) -> list[StoredObject]:
        return self._due(
            lambda row: row.key > (key or "") and row.status != "purged", lambda row: row.key
        )[:limit]

    @override
    async def forget_requests(self, before: datetime) -> int:
        async with self._store.writing():
            old = self._due(
                lambda row: row.request_key is not None and row.created_at < before,
                lambda row: row.created_at,
            )
            for row in old:
                self._rows[row.id] = row.evolve(request_key=None, request_hash=None)
        return len(old)

    def _due(
        self, chosen: Callable[[StoredObject], bool], order: Callable[[StoredObject], Any]
    ) -> list[StoredObject]:
        return sorted(filter(chosen, self._rows.values()), key=order)
