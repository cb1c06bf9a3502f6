from core.models import Actor
from core.service import UseCase
from core.stats import constants, drawing, exceptions, ports, schemas
from core.stats.telling import Telling, sure


class DrawReport(UseCase):
    """Draw what a report says, now or not long ago."""

    reports: ports.Reports
    telling: Telling
    charts: ports.Charts

    async def __call__(self, query: schemas.DrawReport, actor: Actor) -> bytes:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.reports.get(organization_id, query.report_id)
        if found is None:
            raise exceptions.ReportNotFound
        if found.query.kind == "retention":
            raise exceptions.NotDrawable
        [outcome] = await self.telling(organization_id, [found], query.max_age)
        drawn = drawing.of_report(found, sure(outcome), query.size)
        return await self.charts.draw(drawn)
