from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, exceptions, ports, schemas


class DeleteBucket(UseCase):
    """Remove a bucket that holds no file. Deleted files in it can't be restored any more."""

    buckets: ports.Buckets
    object_checks: ports.ObjectChecks
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.BucketReference, actor: Actor) -> None:
        organization_id = actor.require(constants.BUCKETS_WRITE)
        async with self.transaction():
            bucket = await self.buckets.lock(organization_id, command.name)
            if bucket is None:
                raise exceptions.BucketNotFound
            if await self.object_checks.any_live(organization_id, bucket.id):
                raise exceptions.BucketNotEmpty
            await self.buckets.remove(bucket, self.clock.now())
            await self.audit.record(
                actor, "bucket.deleted", target=("bucket", bucket.id), name=bucket.name
            )
