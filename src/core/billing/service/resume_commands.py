from core.billing import constants, ports, schemas
from core.billing.writes import Writes
from core.exceptions import CoreError
from core.models import Actor
from core.ports import Clock
from core.service import UseCase


class ResumeCommands(UseCase):
    """Finish what a process died over, under the keys it began with.

    One that is too old for its keys is given up: asked again, it might happen twice. Looking at
    the customer again shows whether it happened.
    """

    commands: ports.Commands
    writes: Writes
    clock: Clock

    async def __call__(self, job: schemas.ResumeCommands, actor: Actor) -> int:
        now = self.clock.now()
        stuck = await self.commands.interrupted(
            now - constants.COMMAND_PATIENCE, limit=constants.BATCH
        )
        for command in stuck:
            if command.created_at < now - constants.KEY_KEPT:
                await self.writes.give_up(command)
                continue
            try:
                await self.writes.carry_out(command)
            except CoreError:
                continue  # refused, which is noted; or the provider is not answering
        return len(stuck)
