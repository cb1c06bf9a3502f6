from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class GetDashboard(UseCase):
    """See which reports are on a dashboard."""

    dashboards: ports.Dashboards

    async def __call__(
        self, query: schemas.DashboardReference, actor: Actor
    ) -> schemas.DashboardView:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.dashboards.get(organization_id, query.dashboard_id)
        if found is None:
            raise exceptions.DashboardNotFound
        return schemas.DashboardView.of(found)
