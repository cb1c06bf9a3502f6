from core.management.flags import constants, policies, ports, schemas
from core.management.flags.changing import Noting
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class ToggleFlag(UseCase):
    """Switch a flag on or off; off, it serves its default to all. One that is so already stays."""

    flags: ports.Flags
    noting: Noting
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ToggleFlag, actor: Actor) -> schemas.FlagView:
        organization_id = actor.require(constants.FLAGS_WRITE)
        async with self.transaction():
            await self.flags.lock(organization_id)
            found = await policies.current(
                self.flags, organization_id, command.key, command.expected_version
            )
            if found.enabled is command.enabled:
                return schemas.FlagView.of(found)
            changed = found.evolve(
                enabled=command.enabled, version=found.version + 1, updated_at=self.clock.now()
            )
            await self.flags.put(changed)
            await self.noting(actor, "flag.updated", changed, enabled=command.enabled)
        return schemas.FlagView.of(changed)
