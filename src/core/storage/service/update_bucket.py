from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.config import StorageConfig


class UpdateBucket(UseCase):
    """Change a bucket's rules, for what comes from now on; who may see it changes at once.

    Addresses that were signed before hold until they run out.
    """

    buckets: ports.Buckets
    storage_config: StorageConfig
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateBucket, actor: Actor) -> schemas.BucketView:
        organization_id = actor.require(constants.BUCKETS_WRITE)
        policies.check_scanner(command.changes.scan_policy, self.storage_config)
        async with self.transaction():
            before = await policies.bucket_named(self.buckets, organization_id, command.name)
            policies.check_version(command.expected_version, before.version)
            changes = command.changes.changes()
            after = await self.buckets.update(before.evolve(**changes, updated_at=self.clock.now()))
            await self.audit.record(
                actor,
                "bucket.updated",
                target=("bucket", after.id),
                before=before.model_dump(mode="json", include=set(changes)),
                after=after.model_dump(mode="json", include=set(changes)),
            )
        return schemas.BucketView.of(after)
