from datetime import timedelta

from core.billing import constants, ports, provider, schemas
from core.billing.config import BillingConfig
from core.billing.models import InboxEvent
from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase


class BackfillEvents(UseCase):
    """Ask the provider what happened lately, and take up what never arrived."""

    provider_events: provider.ProviderEvents
    inbox: ports.Inbox
    jobs: Jobs
    billing_config: BillingConfig
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.BackfillEvents, actor: Actor) -> int:
        if not self.billing_config.enabled:
            return 0
        now = self.clock.now()
        happened = await self.provider_events.since(
            now - timedelta(minutes=job.minutes),
            sorted(constants.HANDLED),
            limit=10 * constants.BATCH,
        )
        missed = 0
        async with self.transaction():
            for event in happened:
                arrived = InboxEvent(event=event, due_at=now, received_at=now)
                if event.live is self.billing_config.live and await self.inbox.add(arrived):
                    missed += 1
                    await self.jobs.defer(schemas.WorkOffEvents(lock_key=arrived.lock_key))
        return missed
