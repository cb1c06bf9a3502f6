from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListReports(UseCase):
    """See what is asked again and again, the newest first."""

    reports: ports.Reports

    async def __call__(self, query: PageRequest, actor: Actor) -> Page[schemas.ReportView]:
        asked = schemas.ListReports.of(query)
        found = await self.reports.page(actor.require(constants.STATS_READ), **asked.window())
        return asked.answer(found, schemas.ReportView.of)
