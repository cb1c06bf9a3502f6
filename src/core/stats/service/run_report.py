from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas
from core.stats.running import Running


class RunReport(UseCase):
    """Ask what a report asks, of now."""

    reports: ports.Reports
    running: Running

    async def __call__(self, query: schemas.ReportReference, actor: Actor) -> schemas.Result:
        found = await self.reports.get(actor.require(constants.STATS_READ), query.report_id)
        if found is None:
            raise exceptions.ReportNotFound
        return await self.running(found)
