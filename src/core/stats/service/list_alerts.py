from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListAlerts(UseCase):
    """See when somebody is told of what, and how it stands."""

    alerts: ports.Alerts

    async def __call__(self, _: None, actor: Actor) -> schemas.AlertsView:
        found = await self.alerts.of(actor.require(constants.STATS_READ))
        return schemas.AlertsView(items=[schemas.AlertView.of(one) for one in found])
