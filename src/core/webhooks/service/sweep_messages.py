from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase
from core.webhooks import constants, ports, schemas


class SweepMessages(UseCase):
    """Take up what is due and that nobody looks after, and forget what is old."""

    leases: ports.Leases
    deliveries: ports.Deliveries
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.SweepMessages, _: Actor) -> int:
        now = self.clock.now()
        due = await self.leases.due(now, limit=constants.AT_ONCE)
        async with self.transaction():
            for endpoint_id in due:
                await self.jobs.defer(schemas.SendMessages(endpoint_id=endpoint_id))
        await self.deliveries.purge(now - constants.KEPT)
        return len(due)
