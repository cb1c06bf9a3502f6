from core.models import OrganizationEvent
from core.ports import Clock, Ids, Jobs
from core.service import Collaborator
from core.webhooks import ports, schemas, signing
from core.webhooks.models import Delivery, DeliveryId, Endpoint


class WebhookOutbox(Collaborator):
    """Where messages lie until they are sent: inside the transaction of whoever puts them there."""

    deliveries: ports.Deliveries
    jobs: Jobs
    clock: Clock
    ids: Ids

    async def put(self, event: OrganizationEvent, endpoint: Endpoint) -> Delivery:
        """Have an event told to an endpoint, once however often it is put there."""
        now = self.clock.now()
        delivery = Delivery(
            id=DeliveryId(self.ids.new()),
            organization_id=endpoint.organization_id,
            endpoint_id=endpoint.id,
            message_id=signing.message_id(event),
            topic=event.topic,
            payload=signing.payload(event),
            due_at=now,
            created_at=now,
        )
        if await self.deliveries.add(delivery):
            await self.jobs.defer(schemas.SendMessages(endpoint_id=endpoint.id))
        return delivery
