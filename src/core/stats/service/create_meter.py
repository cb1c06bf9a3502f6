from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Transaction
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.models import Meter, MeterId


class CreateMeter(UseCase):
    """Add something up from now on; what happened before is added by a job."""

    stats_meters: ports.Meters
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateMeter, actor: Actor) -> schemas.MeterView:
        organization_id = actor.require(constants.METERS_WRITE)
        meter = Meter(
            id=MeterId(self.ids.new()),
            organization_id=organization_id,
            created_at=self.clock.now(),
            **command.model_dump(),
        )
        async with self.transaction():
            await self.stats_meters.lock(organization_id)  # nothing happens meanwhile
            await self.stats_meters.add(meter, most=constants.METERS)
            await self.audit.record(actor, "meter.created", target=("meter", meter.id))
            await self.jobs.defer(
                schemas.BuildMeter(organization_id=organization_id, slug=meter.slug)
            )
        return schemas.MeterView.of(meter)
