from datetime import timedelta

from core.accounts import ports, schemas
from core.models import Actor
from core.ports import Clock, Housekeeping
from core.service import UseCase

KEPT = timedelta(days=30)
BATCH = 1000


class PurgeExpired(UseCase):
    """Forget sessions and one-time tokens a month after their end, and stale counters."""

    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    housekeeping: Housekeeping
    clock: Clock

    async def __call__(self, _: schemas.PurgeExpired, actor: Actor) -> int:
        actor.require_platform("operator")
        now = self.clock.now()
        gone = await self.housekeeping.purge(now)
        for purge in (self.sessions.purge, self.one_time_tokens.purge):
            while batch := await purge(now - KEPT, limit=BATCH):
                gone += batch
        return gone
