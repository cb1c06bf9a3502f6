from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.reports import Report, ReportId
from core.stats.running import Judging


class CreateReport(UseCase):
    """Keep something that is asked again and again."""

    reports: ports.Reports
    judging: Judging
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateReport, actor: Actor) -> schemas.ReportView:
        organization_id = actor.require(constants.REPORTS_WRITE)
        now = self.clock.now()
        report = Report(
            id=ReportId(self.ids.new()),
            organization_id=organization_id,
            created_at=now,
            updated_at=now,
            **dict(command),
        )
        await self.judging(report)
        async with self.transaction():
            await self.reports.lock(organization_id)
            await self.reports.add(report, most=constants.REPORTS)
            await self.audit.record(actor, "report.created", target=("report", report.id))
        return schemas.ReportView.of(report)
