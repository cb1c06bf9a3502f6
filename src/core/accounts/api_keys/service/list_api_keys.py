from core.accounts import constants
from core.accounts.api_keys import ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListApiKeys(UseCase):
    """List the keys that are not revoked: everybody's for who may see them, else one's own."""

    api_keys: ports.ApiKeys

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[schemas.ApiKeyView]:
        organization_id = actor.require_organization()
        everybodys = actor.may(constants.API_KEYS_READ) or actor.may(constants.API_KEYS_WRITE)
        found = await self.api_keys.page(
            organization_id,
            **command.window(),
            user_id=None if everybodys else actor.require_user(),
        )
        return command.page([schemas.ApiKeyView.of(key) for key in found], lambda one: one.id)
