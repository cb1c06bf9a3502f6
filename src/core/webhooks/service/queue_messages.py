from core.models import Actor, OrganizationEvent
from core.ports import Transaction
from core.service import UseCase
from core.webhooks import constants, ports
from core.webhooks.outbox import WebhookOutbox


class QueueMessages(UseCase):
    """Hear of whatever happens in organizations, and lay it out for those who want to know."""

    webhook_endpoints: ports.Endpoints
    outbox: WebhookOutbox
    transaction: Transaction

    async def __call__(self, event: OrganizationEvent, _: Actor) -> None:
        if event.topic == constants.PING:
            return
        listening = await self.webhook_endpoints.listening(event.organization_id, event.topic)
        if not listening:
            return
        async with self.transaction():
            for endpoint in listening:
                await self.outbox.put(event, endpoint)
