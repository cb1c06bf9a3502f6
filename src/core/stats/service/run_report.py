from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas
from core.stats.telling import Telling, sure


class RunReport(UseCase):
    """Ask what a report asks, of now; or tell what was counted not long ago."""

    reports: ports.Reports
    telling: Telling

    async def __call__(self, query: schemas.RunReport, actor: Actor) -> schemas.Result:
        organization_id = actor.require(constants.STATS_READ)
        found = await self.reports.get(organization_id, query.report_id)
        if found is None:
            raise exceptions.ReportNotFound
        [outcome] = await self.telling(organization_id, [found], query.max_age)
        return sure(outcome)
