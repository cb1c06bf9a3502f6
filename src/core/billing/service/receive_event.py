from core.billing import constants, exceptions, ports, schemas
from core.billing.config import BillingConfig
from core.billing.models import InboxEvent
from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase
from core.telemetry import Metrics


class ReceiveEvent(UseCase):
    """Take a webhook of the payment provider: it is kept before it is answered, and acted on later.

    What is of another mode or of a kind that changes nothing here is noted and left.
    """

    webhook_verifier: ports.WebhookVerifier
    inbox: ports.Inbox
    jobs: Jobs
    billing_config: BillingConfig
    metrics: Metrics
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ReceiveEvent, _: Actor) -> schemas.ReceivedView:
        if not self.webhook_verifier.enabled:
            raise exceptions.WebhooksDisabled
        now = self.clock.now()
        event = self.webhook_verifier.verified(command.body, command.signature, now)
        ours = event.live is self.billing_config.live and event.type in constants.HANDLED
        arrived = InboxEvent(
            event=event if ours else event.evolve(payload={}),
            status="pending" if ours else "ignored",
            due_at=now,
            received_at=now,
        )
        async with self.transaction():
            new = await self.inbox.add(arrived)
            if new and ours:
                await self.jobs.defer(schemas.WorkOffEvents(lock_key=arrived.lock_key))
        self.metrics.count("billing_events_total", outcome=_outcome(new=new, ours=ours))
        return schemas.ReceivedView(duplicate=not new)


def _outcome(*, new: bool, ours: bool) -> str:
    if not new:
        return "duplicate"
    return "received" if ours else "ignored"
