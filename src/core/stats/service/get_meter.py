from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class GetMeter(UseCase):
    """See one meter, and how far it is."""

    stats_meters: ports.Meters

    async def __call__(self, query: schemas.MeterReference, actor: Actor) -> schemas.MeterView:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.stats_meters.get(organization_id, query.slug)
        if found is None:
            raise exceptions.MeterNotFound
        return schemas.MeterView.of(found)
