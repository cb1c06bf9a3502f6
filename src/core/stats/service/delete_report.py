from core.exceptions import VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class DeleteReport(UseCase):
    """Ask it no more; it is taken off the dashboards that it is on."""

    reports: ports.Reports
    dashboards: ports.Dashboards
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.DeleteReport, actor: Actor) -> None:
        organization_id = actor.require(constants.REPORTS_WRITE)
        async with self.transaction():
            await self.reports.lock(organization_id)
            found = await self.reports.get(organization_id, command.report_id)
            if found is None:
                raise exceptions.ReportNotFound
            if command.expected_version not in {None, found.version}:
                raise VersionMismatch(current_etag=f'"{found.version}"')
            await self.reports.remove(organization_id, found.id)
            left = await self.dashboards.take_off(organization_id, found.id, self.clock.now())
            await self.audit.record(
                actor, "report.deleted", target=("report", found.id), dashboards=left
            )
