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
        found = await self.deliveries.page(
            organization_id, command.endpoint_id, **command.page.window()
        )
        views = [schemas.DeliveryView.of(one) for one in found]
        return command.page.page(views, lambda one: one.id)
