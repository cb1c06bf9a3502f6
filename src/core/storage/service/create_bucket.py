from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.config import StorageConfig
from core.storage.models import Bucket, BucketId


class CreateBucket(UseCase):
    """Make a bucket: a folder of files with rules of its own."""

    buckets: ports.Buckets
    storage_config: StorageConfig
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateBucket, actor: Actor) -> schemas.BucketView:
        organization_id = actor.require(constants.BUCKETS_WRITE)
        policies.check_scanner(command.scan_policy, self.storage_config)
        now = self.clock.now()
        bucket = Bucket(
            id=BucketId(self.ids.new()),
            organization_id=organization_id,
            **command.model_dump(),
            created_at=now,
            updated_at=now,
        )
        async with self.transaction():
            await self.buckets.add(bucket)
            await self.audit.record(
                actor,
                "bucket.created",
                target=("bucket", bucket.id),
                name=bucket.name,
                visibility=bucket.visibility,
            )
        return schemas.BucketView.of(bucket)
