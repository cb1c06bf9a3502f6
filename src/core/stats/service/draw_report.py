from core.models import Actor
from core.service import UseCase
from core.stats import constants, drawing, exceptions, ports, schemas
from core.stats.running import Running


class DrawReport(UseCase):
    """Draw what a report says now."""

    reports: ports.Reports
    running: Running
    charts: ports.Charts

    async def __call__(self, query: schemas.DrawReport, actor: Actor) -> bytes:
        found = await self.reports.get(actor.require(constants.STATS_READ), query.report_id)
        if found is None:
            raise exceptions.ReportNotFound
        if found.query.kind == "retention":
            raise exceptions.NotDrawable
        result = await self.running(found)
        return await self.charts.draw(drawing.of_report(found, result, query.size))
