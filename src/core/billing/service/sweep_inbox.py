from core.billing import constants, ports, schemas
from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase


class SweepInbox(UseCase):
    """Take up events whose time has come, and forget what old ones said."""

    inbox: ports.Inbox
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.SweepInbox, actor: Actor) -> int:
        now = self.clock.now()
        due = await self.inbox.due(now, limit=constants.BATCH)
        async with self.transaction():
            for lock_key in dict.fromkeys(one.lock_key for one in due):
                await self.jobs.defer(schemas.WorkOffEvents(lock_key=lock_key))
        await self.inbox.prune(now - constants.PAYLOADS_KEPT)
        return len(due)
