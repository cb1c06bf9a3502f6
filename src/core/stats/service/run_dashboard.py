from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas
from core.stats.reports import Report
from core.stats.telling import Outcome, Silence, Telling


class RunDashboard(UseCase):
    """Ask all that is on a dashboard, some at a time; what can't be told costs no other."""

    reports: ports.Reports
    dashboards: ports.Dashboards
    telling: Telling

    async def __call__(self, query: schemas.RunDashboard, actor: Actor) -> schemas.DashboardRun:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.dashboards.get(organization_id, query.dashboard_id)
        if found is None:
            raise exceptions.DashboardNotFound
        asked = await self.reports.some(organization_id, found.report_ids)
        told = await self.telling(organization_id, asked, query.max_age)
        return schemas.DashboardRun(title=found.title, items=list(map(_item, asked, told)))


def _item(report: Report, outcome: Outcome) -> schemas.DashboardItem:
    item = schemas.DashboardItem(report_id=report.id, title=report.title, chart=report.chart)
    if isinstance(outcome, Silence):
        return item.model_copy(update={"problem": schemas.Trouble.of(outcome.why)})
    return item.model_copy(update={"result": outcome})
