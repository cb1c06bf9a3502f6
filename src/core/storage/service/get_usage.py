from core.models import Actor, Model
from core.service import UseCase
from core.storage import constants, ports, schemas
from core.storage.config import StorageConfig


class GetUsage(UseCase):
    """Return how much the organization may hold, holds, and has announced."""

    usages: ports.Usages
    storage_config: StorageConfig

    async def __call__(self, _: Model | None, actor: Actor) -> schemas.UsageView:
        organization_id = actor.require(constants.BUCKETS_READ)
        usage = await self.usages.get(organization_id)
        return schemas.UsageView.of(usage, self.storage_config.default_quota)
