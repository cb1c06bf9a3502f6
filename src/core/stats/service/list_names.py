from datetime import timedelta

from core.models import Actor
from core.ports import Clock
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListNames(UseCase):
    """See what kinds of events there are, the most frequent first."""

    event_names: ports.EventNames
    clock: Clock

    async def __call__(self, query: schemas.ListNames, actor: Actor) -> schemas.NamesView:
        organization_id = actor.require(constants.STATS_READ)
        end = query.end or self.clock.now() + constants.AHEAD
        begin = query.begin or end - timedelta(days=30)
        return schemas.NamesView(items=await self.event_names.all(organization_id, begin, end))
