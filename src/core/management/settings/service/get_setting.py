from core.management.settings import policies, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetSetting(UseCase):
    """See one setting, as it is set there."""

    kept_settings: ports.KeptSettings

    async def __call__(self, query: schemas.SettingReference, actor: Actor) -> schemas.SettingView:
        owner = policies.owner(query.scope, actor)
        what = policies.definition(query.key, query.scope)
        found = await self.kept_settings.layers(owner.organization_id, owner.user_id)
        return schemas.SettingView.of(what, owner, found)
