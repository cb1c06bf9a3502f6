from core.accounts.privacy import constants, ports, schemas
from core.models import Actor
from core.ports import Clock
from core.service import UseCase


class PurgeExports(UseCase):
    """Forget exports a week after they were asked for."""

    data_exports: ports.DataExports
    clock: Clock

    async def __call__(self, _: schemas.PurgeExports, actor: Actor) -> int:
        actor.require_platform("operator")
        now, gone = self.clock.now(), 0
        while batch := await self.data_exports.purge(now, limit=constants.BATCH):
            gone += batch
        return gone
