from core.exceptions import VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class DeleteMeter(UseCase):
    """Add it up no more, and forget what was added up; the events stay."""

    stats_meters: ports.Meters
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.DeleteMeter, actor: Actor) -> None:
        organization_id = actor.require(constants.METERS_WRITE)
        async with self.transaction():
            await self.stats_meters.lock(organization_id)
            found = await self.stats_meters.get(organization_id, command.slug)
            if found is None:
                raise exceptions.MeterNotFound
            if command.expected_version not in {None, found.version}:
                raise VersionMismatch(current_etag=f'"{found.version}"')
            await self.stats_meters.remove(organization_id, found.id)
            await self.audit.record(actor, "meter.deleted", target=("meter", found.id))
