from core.management.settings import constants, ports, schemas
from core.management.settings.definitions import REGISTRY
from core.models import Actor, Page
from core.service import UseCase


class GetEffectiveSettings(UseCase):
    """See what holds for oneself: one's own before the organization's before the installation's.

    Outside of an organization, and for a service's API key, there is a layer less.
    """

    kept_settings: ports.KeptSettings

    async def __call__(self, query: None, actor: Actor) -> Page[schemas.EffectiveSetting]:
        if actor.organization_id is None:
            found = await self.kept_settings.layers(user_id=actor.require_at_large())
        else:
            organization_id = actor.require(constants.SETTINGS_READ)
            found = await self.kept_settings.layers(organization_id, actor.user_id)
        return Page(items=[schemas.EffectiveSetting.of(one, found) for one in REGISTRY])
