from core.management.flags import constants, policies, ports, schemas
from core.management.flags.changing import Noting
from core.management.flags.models import Flag, FlagId
from core.models import Actor
from core.ports import Clock, Ids, Transaction
from core.service import UseCase


class CreateFlag(UseCase):
    """Make something that can be switched on, for everybody or for some."""

    flags: ports.Flags
    noting: Noting
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateFlag, actor: Actor) -> schemas.FlagView:
        organization_id = actor.require(constants.FLAGS_WRITE)
        now = self.clock.now()
        flag = Flag(
            id=FlagId(self.ids.new()),
            organization_id=organization_id,
            key=command.key,
            created_at=now,
            **policies.defined(command, now),
        )
        async with self.transaction():
            await self.flags.lock(organization_id)
            await self.flags.add(flag, most=constants.FLAGS)
            await self.noting(actor, "flag.created", flag)
        return schemas.FlagView.of(flag)
