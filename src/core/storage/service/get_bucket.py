from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas


class GetBucket(UseCase):
    """Return a bucket."""

    buckets: ports.Buckets

    async def __call__(self, command: schemas.BucketReference, actor: Actor) -> schemas.BucketView:
        organization_id = actor.require(constants.BUCKETS_READ)
        bucket = await policies.bucket_named(self.buckets, organization_id, command.name)
        return schemas.BucketView.of(bucket)
