from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase
from core.webhooks import constants, exceptions, ports, schemas
from core.webhooks.events import Pinged
from core.webhooks.outbox import WebhookOutbox


class PingEndpoint(UseCase):
    """Try whether an endpoint hears us; what came of it stands among its deliveries."""

    webhook_endpoints: ports.Endpoints
    outbox: WebhookOutbox
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.EndpointReference, actor: Actor
    ) -> schemas.DeliveryView:
        organization_id = actor.require(constants.WEBHOOKS_WRITE)
        found = await self.webhook_endpoints.get(organization_id, command.endpoint_id)
        if found is None:
            raise exceptions.WebhookEndpointNotFound
        event = Pinged(organization_id=organization_id, endpoint_id=found.id, at=self.clock.now())
        async with self.transaction():
            delivery = await self.outbox.put(event, found)
        return schemas.DeliveryView.of(delivery)
