from datetime import datetime
from hashlib import sha256
from typing import Final

from core.exceptions import CoreError, Invalid, Unsupported
from core.models import Actor, Model
from core.ports import AuditLog, Clock, Events, Jobs, Transaction
from core.service import Collaborator
from core.storage import constants, events, exceptions, ports, schemas, verifying
from core.storage.models import Bucket, Stored, StoredObject

WRONG: Final = (Invalid, Unsupported)


class Proof(Model):
    """What the bytes turned out to be."""

    etag: str
    sha256: bytes | None
    detected_type: str | None


class Settlement(Collaborator):
    """How bytes that arrived become a file, or are rejected: the only way to `available`."""

    object_reader: ports.ObjectReader
    content_sniffer: ports.ContentSniffer
    buckets: ports.Buckets
    objects: ports.Objects
    audit: AuditLog
    events: Events
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, stored: StoredObject, actor: Actor, found: Stored | None = None
    ) -> StoredObject:
        """Publish a verifying object whose bytes are as declared; otherwise reject it and raise.

        `found` is what the store says of the bytes, if that is known already. Raise BytesMissing
        if there are none.
        """
        found = found or await self.object_reader.head(stored.key)
        if found is None:
            raise exceptions.BytesMissing
        bucket = await self.buckets.get(stored.organization_id, stored.bucket_id)
        if bucket is None:
            raise exceptions.BucketNotFound
        try:
            proof = await self._proven(stored, found, bucket)
        except WRONG as wrong:
            await self._reject(stored, wrong, actor)
            raise
        return await self._publish(stored, proof, bucket, actor)

    async def _proven(self, stored: StoredObject, found: Stored, bucket: Bucket) -> Proof:
        verifying.check_stored(found, stored)
        head = (
            await self.object_reader.read(stored.key, 0, constants.SNIFFED) if stored.size else b""
        )
        detected = self.content_sniffer.detect(head)
        verifying.check_type(detected, stored, bucket)
        digest = found.sha256
        if stored.sha256 and digest is None:
            digest = await self._digest(stored)
            if digest != stored.sha256:
                raise exceptions.ChecksumMismatch
        return Proof(etag=found.etag, sha256=digest, detected_type=detected)

    async def _digest(self, stored: StoredObject) -> bytes:
        """Compute what the store does not tell."""
        digest = sha256()
        async for chunk in self.object_reader.stream(stored.key):
            digest.update(chunk)
        return digest.digest()

    async def _publish(
        self, stored: StoredObject, proof: Proof, bucket: Bucket, actor: Actor
    ) -> StoredObject:
        now = self.clock.now()
        scanned_first = bucket.scan_policy == "required"
        after = stored.moved(
            "scanning" if scanned_first else "available",
            now,
            **proof.model_dump(),
            available_at=None if scanned_first else now,
        )
        async with self.transaction():
            if not await self.objects.move(stored, after):
                raise exceptions.UploadNotOpen
            await self.audit.record(
                actor,
                "object.scanning" if scanned_first else "object.available",
                target=("object", stored.id),
                size=stored.size,
            )
            if not scanned_first:
                await self.events.publish(available(after, now))
            if bucket.scan_policy != "off":
                await self.jobs.defer(
                    schemas.ScanObject(organization_id=stored.organization_id, object_id=stored.id)
                )
        return after

    async def _reject(self, stored: StoredObject, wrong: CoreError, actor: Actor) -> None:
        now = self.clock.now()
        after = stored.moved(
            "rejected", now, failure=wrong.code, purge_after=stored.purged_after(now)
        )
        async with self.transaction():
            if await self.objects.move(stored, after):
                await self.audit.record(
                    actor,
                    "object.rejected",
                    target=("object", stored.id),
                    outcome="failure",
                    reason=wrong.code,
                )


def available(stored: StoredObject, at: datetime) -> events.ObjectAvailable:
    return events.ObjectAvailable(
        organization_id=stored.organization_id,
        bucket_id=stored.bucket_id,
        object_id=stored.id,
        size=stored.size,
        at=at,
    )
