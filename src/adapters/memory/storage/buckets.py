from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.exceptions import VersionMismatch
from core.models import Model, OrganizationId
from core.storage import exceptions, ports
from core.storage.models import (
    Bucket,
    BucketId,
    Usage,
)


class RemovedBucket(Model):
    """A bucket out of sight: tombstones refer to it."""

    bucket: Bucket


class Buckets(ports.Buckets):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Bucket)
        self._removed = store.table(RemovedBucket)
        self._usages = store.table(Usage)

    @override
    async def add(self, bucket: Bucket) -> None:
        async with self._store.writing():
            if await self.named(bucket.organization_id, bucket.name):
                raise exceptions.BucketExists
            self._rows[bucket.id] = bucket
            self._usages.setdefault(
                bucket.organization_id, Usage(organization_id=bucket.organization_id)
            )

    @override
    async def named(self, organization_id: OrganizationId, name: str) -> Bucket | None:
        own = await self.all(organization_id)
        return next((row for row in own if row.name == name), None)

    @override
    async def get(self, organization_id: OrganizationId, bucket_id: BucketId) -> Bucket | None:
        row = self._rows.get(bucket_id)
        return row if row and row.organization_id == organization_id else None

    @override
    async def all(self, organization_id: OrganizationId) -> list[Bucket]:
        own = (row for row in self._rows.values() if row.organization_id == organization_id)
        return sorted(own, key=lambda row: row.name)

    @override
    async def update(self, bucket: Bucket) -> Bucket:
        async with self._store.writing():
            kept = self._rows.get(bucket.id)
            if kept is None or kept.version != bucket.version:
                raise VersionMismatch
            self._rows[bucket.id] = bucket.evolve(version=bucket.version + 1)
            return self._rows[bucket.id]

    @override
    async def lock(self, organization_id: OrganizationId, name: str) -> Bucket | None:
        return await self.named(organization_id, name)  # transactions run one at a time

    @override
    async def remove(self, bucket: Bucket, at: datetime) -> None:
        async with self._store.writing():
            self._removed[bucket.id] = RemovedBucket(bucket=self._rows.pop(bucket.id))
