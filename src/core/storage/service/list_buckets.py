from core.models import Actor, Model, Page
from core.service import UseCase
from core.storage import constants, ports, schemas


class ListBuckets(UseCase):
    """List the organization's buckets by name."""

    buckets: ports.Buckets

    async def __call__(self, _: Model | None, actor: Actor) -> Page[schemas.BucketView]:
        organization_id = actor.require(constants.BUCKETS_READ)
        found = await self.buckets.all(organization_id)
        return Page(items=list(map(schemas.BucketView.of, found)))
