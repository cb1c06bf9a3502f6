from core.models import Actor
from core.service import UseCase
from core.stats import ports


class ListPartitions(UseCase):
    """See which months there is room for."""

    partitions: ports.Partitions

    async def __call__(self, _: None, actor: Actor) -> list[str]:
        actor.require_platform("operator")
        return await self.partitions.all()
