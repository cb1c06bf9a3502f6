from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListMeters(UseCase):
    """See what is added up."""

    stats_meters: ports.Meters

    async def __call__(self, _: None, actor: Actor) -> schemas.MetersView:
        found = await self.stats_meters.all(actor.require(constants.STATS_READ))
        return schemas.MetersView(items=[schemas.MeterView.of(one) for one in found])
