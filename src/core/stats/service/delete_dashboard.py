from core.exceptions import VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class DeleteDashboard(UseCase):
    """Forget a dashboard; its reports stay."""

    reports: ports.Reports
    dashboards: ports.Dashboards
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.DeleteDashboard, actor: Actor) -> None:
        organization_id = actor.require(constants.REPORTS_WRITE)
        async with self.transaction():
            await self.reports.lock(organization_id)
            found = await self.dashboards.get(organization_id, command.dashboard_id)
            if found is None:
                raise exceptions.DashboardNotFound
            if command.expected_version not in {None, found.version}:
                raise VersionMismatch(current_etag=f'"{found.version}"')
            await self.dashboards.remove(organization_id, found.id)
            await self.audit.record(actor, "dashboard.deleted", target=("dashboard", found.id))
