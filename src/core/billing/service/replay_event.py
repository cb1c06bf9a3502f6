from core.billing import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class ReplayEvent(UseCase):
    """Act on an event once more: it does no harm, for it only says where to look."""

    inbox: ports.Inbox
    jobs: Jobs
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.EventReference, actor: Actor) -> None:
        actor.require_platform("operator")
        arrived = await self.inbox.get(command.event_id)
        if arrived is None:
            raise exceptions.EventNotFound
        now = self.clock.now()
        async with self.transaction():
            await self.inbox.settle(
                arrived.evolve(status="pending", attempts=0, due_at=now, received_at=now)
            )
            await self.jobs.defer(schemas.WorkOffEvents(lock_key=arrived.lock_key))
            await self.audit.record(actor, "billing.event_replayed", event_id=arrived.event.id)
