from core.models import Actor
from core.ports import AuditLog, Jobs, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class BackfillMeter(UseCase):
    """Have a meter forget what it added up, and add it all up again."""

    stats_meters: ports.Meters
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction

    async def __call__(self, command: schemas.MeterReference, actor: Actor) -> schemas.MeterView:
        organization_id = actor.require(constants.METERS_WRITE)
        async with self.transaction():
            await self.stats_meters.lock(organization_id)
            found = await self.stats_meters.get(organization_id, command.slug)
            if found is None:
                raise exceptions.MeterNotFound
            anew = found.anew(version=found.version + 1)
            await self.stats_meters.put(anew, restart=True)
            await self.audit.record(actor, "meter.backfilled", target=("meter", found.id))
            await self.jobs.defer(
                schemas.BuildMeter(organization_id=organization_id, slug=found.slug)
            )
        return schemas.MeterView.of(anew)
