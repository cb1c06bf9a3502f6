from core.management.flags import constants, policies, ports, schemas
from core.management.flags.changing import Noting
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class UpdateFlag(UseCase):
    """Change what a flag says, and to whom, unless somebody changed it since it was read.

    Nobody is moved from one variant of a split to another who need not be.
    """

    flags: ports.Flags
    noting: Noting
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateFlag, actor: Actor) -> schemas.FlagView:
        organization_id = actor.require(constants.FLAGS_WRITE)
        async with self.transaction():
            await self.flags.lock(organization_id)
            found = await policies.current(
                self.flags, organization_id, command.key, command.expected_version
            )
            definition = policies.patched(found, command.changes)
            fields = policies.defined(definition, self.clock.now(), found)
            changed = found.evolve(**fields, version=found.version + 1)
            await self.flags.put(changed)
            await self.noting(
                actor, "flag.updated", changed, changed=sorted(command.changes.model_fields_set)
            )
        return schemas.FlagView.of(changed)
