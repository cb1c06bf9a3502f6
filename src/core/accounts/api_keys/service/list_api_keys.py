from core.accounts import constants
from core.accounts.api_keys import ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListApiKeys(UseCase):
    """List the keys that are not revoked: everybody's for who may see them, else one's own."""

    api_keys: ports.ApiKeys

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[schemas.ApiKeyView]:
        asked, organization_id = schemas.ListApiKeys.of(command), actor.require_organization()
        everybodys = actor.may(constants.API_KEYS_READ) or actor.may(constants.API_KEYS_WRITE)
        found = await self.api_keys.page(
            organization_id,
            user_id=None if everybodys else actor.require_user(),
            **asked.window(),
        )
        return asked.answer(found, schemas.ApiKeyView.of)
