from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase
from core.webhooks import constants, ports, schemas
from core.webhooks.courier import Courier


class SendMessages(UseCase):
    """Send an endpoint what waits for it, in order: what did not arrive holds the rest back."""

    leases: ports.Leases
    deliveries: ports.Deliveries
    courier: Courier
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.SendMessages, actor: Actor) -> int:
        sent = 0
        for _ in range(constants.AT_ONCE):
            now = self.clock.now()
            endpoint = await self.leases.take(job.endpoint_id, now, now + constants.LEASE)
            if endpoint is None:
                return sent
            first = await self.deliveries.first(endpoint)
            if first is not None and first.due_at <= now:
                endpoint = await self.courier(first, endpoint)
                sent += 1
            await self.leases.release(job.endpoint_id)
            if first is None:
                return sent
            if first.due_at > now:
                return sent
        async with self.transaction():
            await self.jobs.defer(schemas.SendMessages(endpoint_id=job.endpoint_id))
        return sent
