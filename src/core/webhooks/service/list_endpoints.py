from core.models import Actor, Page, PageRequest
from core.service import UseCase
from core.webhooks import constants, ports, schemas


class ListEndpoints(UseCase):
    """See where webhooks go, the newest first."""

    webhook_endpoints: ports.Endpoints

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[schemas.EndpointView]:
        organization_id = actor.require(constants.WEBHOOKS_READ)
        asked = schemas.ListEndpoints.of(command)
        found = await self.webhook_endpoints.page(organization_id, **asked.window())
        return asked.answer(found, schemas.EndpointView.of)
