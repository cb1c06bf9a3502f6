from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListAlerts(UseCase):
    """See when somebody is told of what, and how it stands."""

    alerts: ports.Alerts

    async def __call__(self, query: PageRequest | None, actor: Actor) -> Page[schemas.AlertView]:
        found = await self.alerts.of(actor.require(constants.STATS_READ))
        return schemas.ListAlerts.of(query).among(map(schemas.AlertView.of, found))
