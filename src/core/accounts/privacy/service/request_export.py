from core.accounts import policies
from core.accounts.privacy import constants, models, ports, schemas
from core.models import Actor, Model
from core.ports import AuditLog, Clock, Ids, Jobs, Transaction
from core.service import UseCase


class RequestExport(UseCase):
    """Ask for everything the service holds about oneself; one at a time."""

    data_exports: ports.DataExports
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, _: Model | None, actor: Actor) -> schemas.RequestedExport:
        user_id, now = actor.require_self(), self.clock.now()
        policies.check_fresh(actor, now)
        new = models.DataExport(
            id=models.ExportId(self.ids.new()),
            user_id=user_id,
            created_at=now,
            expires_at=now + constants.EXPORT_KEPT,
        )
        async with self.transaction():
            export = await self.data_exports.begin(new)
            if export == new:
                await self.audit.record(
                    actor, "user.data_export_requested", target=("user", user_id)
                )
                await self.jobs.defer(schemas.ExportData(user_id=user_id, export_id=export.id))
        return schemas.RequestedExport(id=export.id, status=export.status)
