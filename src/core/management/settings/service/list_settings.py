from core.management.settings import policies, ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListSettings(UseCase):
    """See everything that can be set there, what is, and what holds where nothing is."""

    kept_settings: ports.KeptSettings

    async def __call__(
        self, query: schemas.SettingsScope, actor: Actor
    ) -> Page[schemas.SettingView]:
        owner = policies.owner(query.scope, actor)
        found = await self.kept_settings.layers(owner.organization_id, owner.user_id)
        views = (schemas.SettingView.of(one, owner, found) for one in policies.defined(query.scope))
        return Page(items=list(views))
