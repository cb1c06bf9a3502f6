from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class DeleteAlert(UseCase):
    """Be told no more."""

    alerts: ports.Alerts
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.AlertReference, actor: Actor) -> None:
        organization_id = actor.require(constants.ALERTS_WRITE)
        async with self.transaction():
            if not await self.alerts.remove(organization_id, command.alert_id):
                raise exceptions.AlertNotFound
            await self.audit.record(actor, "alert.deleted", target=("alert", command.alert_id))
