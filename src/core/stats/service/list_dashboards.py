from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListDashboards(UseCase):
    """See which dashboards there are, the newest first."""

    dashboards: ports.Dashboards

    async def __call__(self, query: PageRequest, actor: Actor) -> Page[schemas.DashboardView]:
        asked = schemas.ListDashboards.of(query)
        found = await self.dashboards.page(actor.require(constants.STATS_READ), **asked.window())
        return asked.answer(found, schemas.DashboardView.of)
