from core.accounts.passkeys import ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListPasskeys(UseCase):
    """Show one's own passkeys, the newest first."""

    passkeys: ports.Passkeys

    async def __call__(self, page: PageRequest, actor: Actor) -> Page[schemas.PasskeyView]:
        asked = schemas.ListPasskeys.of(page)
        found = await self.passkeys.page(actor.require_at_large(), **asked.window())
        return asked.answer(found, schemas.PasskeyView.of)
