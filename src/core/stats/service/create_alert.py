from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, metering, ports, schemas, timing
from core.stats.models import Alert, AlertId


class CreateAlert(UseCase):
    """Be told when a meter goes above or below a number; webhooks and system events tell it."""

    alerts: ports.Alerts
    stats_meters: ports.Meters
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateAlert, actor: Actor) -> schemas.AlertView:
        organization_id = actor.require(constants.ALERTS_WRITE)
        timing.zone_of(command.tz)
        async with self.transaction():
            meter = await self.stats_meters.get(organization_id, command.meter)
            if meter is None:
                raise exceptions.MeterNotFound
            asked = metering.answerable(meter, command.aggregation)
            alert = Alert(
                id=AlertId(self.ids.new()),
                organization_id=organization_id,
                created_at=self.clock.now(),
                aggregation=asked,
                **command.model_dump(exclude={"aggregation"}),
            )
            await self.alerts.add(alert, most=constants.ALERTS)
            await self.audit.record(actor, "alert.created", target=("alert", alert.id))
        return schemas.AlertView.of(alert)
