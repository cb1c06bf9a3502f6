from core.billing import constants, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class ReplayDeadEvents(UseCase):
    """Act once more on all events that were given up; say how many there were."""

    inbox: ports.Inbox
    jobs: Jobs
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: schemas.ReplayDeadEvents, actor: Actor) -> int:
        actor.require_platform("operator")
        replayed, now = 0, self.clock.now()
        while dead := await self.inbox.page("dead", limit=constants.BATCH):
            async with self.transaction():
                for one in dead:
                    again = {"status": "pending", "attempts": 0, "due_at": now, "received_at": now}
                    await self.inbox.settle(one.evolve(**again))
                for lock_key in dict.fromkeys(one.lock_key for one in dead):
                    await self.jobs.defer(schemas.WorkOffEvents(lock_key=lock_key))
                await self.audit.record(actor, "billing.events_replayed", count=len(dead))
            replayed += len(dead)
        return replayed
