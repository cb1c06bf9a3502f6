from core.exceptions import VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, policies, ports, schemas


class UpdateDashboard(UseCase):
    """Change which reports are on a dashboard, or in which order."""

    reports: ports.Reports
    dashboards: ports.Dashboards
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.UpdateDashboard, actor: Actor
    ) -> schemas.DashboardView:
        organization_id = actor.require(constants.REPORTS_WRITE)
        changes = policies.told(command, schemas.DashboardChange)
        async with self.transaction():
            await self.reports.lock(organization_id)
            found = await self.dashboards.get(organization_id, command.dashboard_id)
            if found is None:
                raise exceptions.DashboardNotFound
            if command.expected_version not in {None, found.version}:
                raise VersionMismatch(current_etag=f'"{found.version}"')
            changed = found.evolve(
                **changes, version=found.version + 1, updated_at=self.clock.now()
            )
            await policies.check_known(changed, self.reports)
            await self.dashboards.put(changed)
            await self.audit.record(
                actor, "dashboard.updated", target=("dashboard", found.id), changed=sorted(changes)
            )
        return schemas.DashboardView.of(changed)
