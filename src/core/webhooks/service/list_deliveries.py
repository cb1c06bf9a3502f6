from core.models import Actor, Page
from core.service import UseCase
from core.webhooks import constants, exceptions, ports, schemas


class ListDeliveries(UseCase):
    """See what was sent to an endpoint, the newest first, and what came back."""

    webhook_endpoints: ports.Endpoints
    deliveries: ports.Deliveries

    async def __call__(
        self, command: schemas.ListDeliveries, actor: Actor
    ) -> Page[schemas.DeliveryView]:
        organization_id = actor.require(constants.WEBHOOKS_READ)
        if await self.webhook_endpoints.get(organization_id, command.endpoint_id) is None:
            raise exceptions.WebhookEndpointNotFound
        asked = schemas.DeliveriesPage.of(command.page)
        found = await self.deliveries.page(organization_id, command.endpoint_id, **asked.window())
        return asked.answer(found, schemas.DeliveryView.of)
