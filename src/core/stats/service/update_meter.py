from core.exceptions import VersionMismatch
from core.models import Actor
from core.ports import AuditLog, Jobs, Transaction
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas


class UpdateMeter(UseCase):
    """Change a meter. Other dimensions, or another filter, have all be added up anew."""

    stats_meters: ports.Meters
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction

    async def __call__(self, command: schemas.UpdateMeter, actor: Actor) -> schemas.MeterView:
        organization_id = actor.require(constants.METERS_WRITE)
        changes = command.model_dump(exclude={"slug", "expected_version"}, exclude_unset=True)
        changes = {
            key: value for key, value in changes.items() if key == "title" or value is not None
        }
        async with self.transaction():
            await self.stats_meters.lock(organization_id)
            found = await self.stats_meters.get(organization_id, command.slug)
            if found is None:
                raise exceptions.MeterNotFound
            if command.expected_version not in {None, found.version}:
                raise VersionMismatch(current_etag=f'"{found.version}"')
            changed = found.evolve(**changes, version=found.version + 1)
            anew = (changed.dimensions, changed.filter) != (found.dimensions, found.filter)
            changed = changed.anew() if anew else changed
            await self.stats_meters.put(changed, restart=anew)
            await self.audit.record(
                actor, "meter.updated", target=("meter", found.id), changed=sorted(changes)
            )
            if anew:
                await self.jobs.defer(
                    schemas.BuildMeter(organization_id=organization_id, slug=found.slug)
                )
        return schemas.MeterView.of(changed)
