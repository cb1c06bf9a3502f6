from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListMeters(UseCase):
    """See what is added up."""

    stats_meters: ports.Meters

    async def __call__(self, query: PageRequest | None, actor: Actor) -> Page[schemas.MeterView]:
        found = await self.stats_meters.all(actor.require(constants.STATS_READ))
        return schemas.ListMeters.of(query).among(map(schemas.MeterView.of, found))
