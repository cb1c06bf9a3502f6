from core.exceptions import Conflict, Invalid, NotFound
from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas
from core.stats.reports import Report
from core.stats.running import Running
from core.stats.side_by_side import side_by_side


class RunDashboard(UseCase):
    """Ask all that is on a dashboard, some at a time; what can't be told costs no other."""

    reports: ports.Reports
    dashboards: ports.Dashboards
    running: Running

    async def __call__(
        self, query: schemas.DashboardReference, actor: Actor
    ) -> schemas.DashboardRun:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.dashboards.get(organization_id, query.dashboard_id)
        if found is None:
            raise exceptions.DashboardNotFound
        asked = await self.reports.some(organization_id, found.report_ids)
        items = await side_by_side(map(self._item, asked))
        return schemas.DashboardRun(title=found.title, items=items)

    async def _item(self, report: Report) -> schemas.DashboardItem:
        item = schemas.DashboardItem(report_id=report.id, title=report.title, chart=report.chart)
        try:
            return item.model_copy(update={"result": await self.running(report)})
        except (Conflict, Invalid, NotFound) as error:
            return item.model_copy(update={"problem": schemas.Trouble.of(error)})
