from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListReports(UseCase):
    """See what is asked again and again, the newest first."""

    reports: ports.Reports

    async def __call__(self, query: PageRequest, actor: Actor) -> Page[schemas.ReportView]:
        found = await self.reports.page(actor.require(constants.STATS_READ), **query.window())
        return query.page([schemas.ReportView.of(one) for one in found], lambda one: one.id)
