from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class GetReport(UseCase):
    """See what a report asks."""

    reports: ports.Reports

    async def __call__(self, query: schemas.ReportReference, actor: Actor) -> schemas.ReportView:
        found = await self.reports.get(actor.require(constants.STATS_READ), query.report_id)
        if found is None:
            raise exceptions.ReportNotFound
        return schemas.ReportView.of(found)
