from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from core.exceptions import CoreError
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import Collaborator
from core.storage import constants, exceptions, policies, ports, verifying
from core.storage.config import StorageConfig
from core.storage.models import Bucket, ObjectId, StoredObject, UploadMethod, key


class Admission(Collaborator):
    """How a file gets its place: in a bucket that takes it, in the room that is left."""

    objects: ports.Objects
    usages: ports.Usages
    storage_config: StorageConfig
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self,
        bucket: Bucket,
        actor: Actor,
        *,
        method: UploadMethod,
        size: int,
        content_type: str,
        **declared: Any,
    ) -> StoredObject:
        """Keep a pending object and the room for it, before any of its bytes are there.

        Raise ObjectTooLarge, ContentTypeNotAllowed, QuotaExceeded, BucketNotFound.
        """
        policies.check_size(size, bucket, self.storage_config)
        verifying.check_allowed(content_type, bucket)
        stored = self._announced(
            bucket,
            owner_id=actor.user_id,
            size=size,
            content_type=content_type,
            upload_method=method,
            **declared,
        )
        async with self.transaction():
            if not await self.objects.admit(stored, self.storage_config.default_quota):
                await self._refuse(stored)
            await self.audit.record(
                actor,
                "object.announced",
                target=("object", stored.id),
                bucket=bucket.name,
                size=size,
                method=method,
            )
        return stored

    def _announced(
        self, bucket: Bucket, *, upload_method: UploadMethod, **declared: Any
    ) -> StoredObject:
        now, object_id = self.clock.now(), ObjectId(self.ids.new())
        return StoredObject(
            id=object_id,
            organization_id=bucket.organization_id,
            bucket_id=bucket.id,
            bucket=bucket.name,
            key=key(bucket.organization_id, object_id),
            upload_method=upload_method,
            upload_expires_at=self._until(upload_method, now),
            created_at=now,
            updated_at=now,
            **declared,
        )

    async def withdraw(self, stored: StoredObject) -> None:
        """Free the room of what did not come after all. If that fails too, the room runs out."""
        now = self.clock.now()
        with suppress(CoreError):
            await self.objects.move(stored, stored.moved("aborted", now, purge_after=now))

    def _until(self, method: UploadMethod, now: datetime) -> datetime:
        lifetimes: dict[UploadMethod, timedelta] = {
            "put": self.storage_config.upload_lifetime,
            "multipart": constants.MULTIPART_OPEN_FOR,
            "tus": constants.MULTIPART_OPEN_FOR,
            "proxy": constants.PROXY_OPEN_FOR,
            "copy": constants.COPY_OPEN_FOR,
        }
        return now + lifetimes[method]

    async def _refuse(self, stored: StoredObject) -> None:
        """Say which it was: no room, or no bucket any more."""
        usage = await self.usages.get(stored.organization_id)
        limit = usage.most(self.storage_config.default_quota)
        if limit is not None and usage.used + usage.reserved + stored.size > limit:
            raise exceptions.QuotaExceeded(limit=limit, used=usage.used, reserved=usage.reserved)
        raise exceptions.BucketNotFound
