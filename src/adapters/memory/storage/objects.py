from collections.abc import Sequence
from typing import Unpack, override

from adapters.memory.store import Store
from core.exceptions import IdempotencyKeyInFlight, VersionMismatch
from core.listing import Found, Window, applied
from core.models import OrganizationId
from core.storage import lifecycle, ports
from core.storage.fields import essence
from core.storage.models import (
    Bucket,
    ObjectFilter,
    ObjectId,
    StoredObject,
    Usage,
)


class Objects(ports.Objects):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(StoredObject)
        self._buckets = store.table(Bucket)
        self._usages = store.table(Usage)

    @override
    async def admit(self, stored: StoredObject, default_limit: int | None) -> bool:
        async with self._store.writing():
            bucket = self._buckets.get(stored.bucket_id)
            usage = self._usages.get(stored.organization_id)
            if bucket is None or usage is None:
                return False
            limit = usage.most(default_limit)
            if limit is not None and usage.used + usage.reserved + stored.size > limit:
                return False
            if stored.request_key and await self.requested(
                stored.organization_id, stored.request_key
            ):
                raise IdempotencyKeyInFlight
            self._rows[stored.id] = stored
            self._count(stored, lifecycle.account(None, stored.status))
        return True

    @override
    async def get(
        self, organization_id: OrganizationId, object_id: ObjectId
    ) -> StoredObject | None:
        row = self._rows.get(object_id)
        return row if row and row.organization_id == organization_id else None

    @override
    async def some(
        self, organization_id: OrganizationId, object_ids: Sequence[ObjectId]
    ) -> list[StoredObject]:
        found = [await self.get(organization_id, one) for one in set(object_ids)]
        return [row for row in found if row is not None]

    @override
    async def page(
        self, organization_id: OrganizationId, matching: ObjectFilter, **window: Unpack[Window]
    ) -> Found[StoredObject]:
        ours = (row for row in self._rows.values() if row.organization_id == organization_id)
        return applied((row for row in ours if _matches(row, matching)), **window)

    @override
    async def update(self, stored: StoredObject) -> StoredObject:
        async with self._store.writing():
            kept = self._rows.get(stored.id)
            if kept is None or kept.version != stored.version:
                raise VersionMismatch
            self._rows[stored.id] = stored.evolve(version=stored.version + 1)
            return self._rows[stored.id]

    @override
    async def move(self, before: StoredObject, after: StoredObject) -> bool:
        async with self._store.writing():
            kept = self._rows.get(before.id)
            if kept is None or kept.version != before.version:
                return False
            moved = after.model_dump(
                include={
                    *("status", "updated_at", "detected_type", "sha256", "etag", "failure"),
                    *("available_at", "deleted_at", "purge_after", "received"),
                }
            )
            self._rows[kept.id] = kept.evolve(**moved, version=kept.version + 1)
            self._count(kept, lifecycle.account(before.status, after.status))
        return True

    @override
    async def requested(
        self, organization_id: OrganizationId, request_key: bytes
    ) -> StoredObject | None:
        return next(
            (
                row
                for row in self._rows.values()
                if (row.organization_id, row.request_key) == (organization_id, request_key)
            ),
            None,
        )

    def _count(self, stored: StoredObject, weights: lifecycle.Account) -> None:
        usage = self._usages[stored.organization_id]
        self._usages[stored.organization_id] = usage.evolve(
            reserved=usage.reserved + weights.reserved * stored.size,
            used=usage.used + weights.used * stored.size,
            objects=usage.objects + weights.used,
        )


def _matches(row: StoredObject, matching: ObjectFilter) -> bool:
    return (
        row.status in matching.statuses
        and matching.bucket_id in {None, row.bucket_id}
        and matching.content_type in {None, essence(row.content_type)}
        and (matching.created_after is None or row.created_at > matching.created_after)
        and (matching.text or "").lower() in row.filename.lower()
    )
