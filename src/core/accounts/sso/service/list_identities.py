from core.accounts.sso import ports, schemas
from core.models import Actor, Model, Page
from core.service import UseCase


class ListIdentities(UseCase):
    """Show by which identities at sign-in providers one may sign in."""

    identities: ports.Identities

    async def __call__(self, _: Model | None, actor: Actor) -> Page[schemas.IdentityView]:
        found = await self.identities.of_user(actor.require_at_large())
        return Page(items=[schemas.IdentityView.of(one) for one in found])
