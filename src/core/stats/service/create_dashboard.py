from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase
from core.stats import constants, policies, ports, schemas
from core.stats.reports import Dashboard, DashboardId


class CreateDashboard(UseCase):
    """Put reports together that are looked at together."""

    reports: ports.Reports
    dashboards: ports.Dashboards
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, command: schemas.CreateDashboard, actor: Actor
    ) -> schemas.DashboardView:
        organization_id = actor.require(constants.REPORTS_WRITE)
        now = self.clock.now()
        dashboard = Dashboard(
            id=DashboardId(self.ids.new()),
            organization_id=organization_id,
            created_at=now,
            updated_at=now,
            **dict(command),
        )
        async with self.transaction():
            await self.reports.lock(organization_id)
            await policies.check_known(dashboard, self.reports)
            await self.dashboards.add(dashboard, most=constants.DASHBOARDS)
            await self.audit.record(actor, "dashboard.created", target=("dashboard", dashboard.id))
        return schemas.DashboardView.of(dashboard)
