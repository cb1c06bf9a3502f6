from core.exceptions import VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, policies, ports, schemas
from core.stats.running import Judging


class UpdateReport(UseCase):
    """Change what a report asks, of when, or how it is drawn."""

    reports: ports.Reports
    judging: Judging
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateReport, actor: Actor) -> schemas.ReportView:
        organization_id = actor.require(constants.REPORTS_WRITE)
        changes = policies.told(command, schemas.ReportChange)
        async with self.transaction():
            await self.reports.lock(organization_id)
            found = await self.reports.get(organization_id, command.report_id)
            if found is None:
                raise exceptions.ReportNotFound
            if command.expected_version not in {None, found.version}:
                raise VersionMismatch(current_etag=f'"{found.version}"')
            changed = found.evolve(
                **changes, version=found.version + 1, updated_at=self.clock.now()
            )
            if changes.keys() & {"query", "range"}:
                await self.judging(changed)
            await self.reports.put(changed)
            await self.audit.record(
                actor, "report.updated", target=("report", found.id), changed=sorted(changes)
            )
        return schemas.ReportView.of(changed)
