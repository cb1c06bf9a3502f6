from core.models import Actor
from core.service import UseCase
from core.webhooks import constants, exceptions, ports, schemas


class GetEndpoint(UseCase):
    """See one place where webhooks go."""

    webhook_endpoints: ports.Endpoints

    async def __call__(
        self, command: schemas.EndpointReference, actor: Actor
    ) -> schemas.EndpointView:
        organization_id = actor.require(constants.WEBHOOKS_READ)
        found = await self.webhook_endpoints.get(organization_id, command.endpoint_id)
        if found is None:
            raise exceptions.WebhookEndpointNotFound
        return schemas.EndpointView.of(found)
