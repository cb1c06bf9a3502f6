from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class GetStatsEvent(UseCase):
    """See one event, which its time is a part of the name of."""

    stats_events: ports.Events

    async def __call__(self, query: schemas.EventReference, actor: Actor) -> schemas.EventView:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.stats_events.get(organization_id, query.event_id, query.time)
        if found is None:
            raise exceptions.StatsEventNotFound
        return schemas.EventView.of(found)
