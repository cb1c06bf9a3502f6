from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListNames(UseCase):
    """See what kinds of events there are, the most frequent first."""

    stats_events: ports.Events

    async def __call__(self, _: None, actor: Actor) -> schemas.NamesView:
        organization_id = actor.require(constants.STATS_READ)
        return schemas.NamesView(items=await self.stats_events.names(organization_id))
