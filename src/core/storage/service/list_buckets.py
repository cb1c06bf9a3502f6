from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.storage import constants, ports, schemas


class ListBuckets(UseCase):
    """List the organization's buckets by name."""

    buckets: ports.Buckets

    async def __call__(self, command: PageRequest | None, actor: Actor) -> Page[schemas.BucketView]:
        organization_id = actor.require(constants.BUCKETS_READ)
        found = await self.buckets.all(organization_id)
        return schemas.ListBuckets.of(command).among(map(schemas.BucketView.of, found))
