from core.billing import provider, schemas
from core.models import Actor
from core.service import UseCase


class ListProviderEndpoints(UseCase):
    """See where the provider sends its webhooks."""

    endpoints: provider.Endpoints

    async def __call__(self, _: schemas.ListEndpoints, actor: Actor) -> list[schemas.EndpointView]:
        actor.require_platform("operator", "support")
        return [schemas.EndpointView.of(one) for one in await self.endpoints.all()]
