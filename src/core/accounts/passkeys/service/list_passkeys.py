from core.accounts.passkeys import ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListPasskeys(UseCase):
    """Show one's own passkeys, the newest first."""

    passkeys: ports.Passkeys

    async def __call__(self, page: PageRequest, actor: Actor) -> Page[schemas.PasskeyView]:
        found = await self.passkeys.page(actor.require_at_large(), **page.window())
        return page.page([schemas.PasskeyView.of(one) for one in found], lambda view: view.id)
