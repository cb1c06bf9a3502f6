from core.management.flags import constants, policies, ports, schemas
from core.management.flags.changing import Noting
from core.models import Actor
from core.ports import Transaction
from core.service import UseCase


class DeleteFlag(UseCase):
    """Forget a flag: whoever still asks for it is told that there is none."""

    flags: ports.Flags
    noting: Noting
    transaction: Transaction

    async def __call__(self, command: schemas.DeleteFlag, actor: Actor) -> None:
        organization_id = actor.require(constants.FLAGS_WRITE)
        async with self.transaction():
            await self.flags.lock(organization_id)
            found = await policies.current(
                self.flags, organization_id, command.key, command.expected_version
            )
            await self.flags.remove(organization_id, found.id)
            await self.noting(actor, "flag.deleted", found)
