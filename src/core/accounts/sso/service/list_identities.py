from core.accounts.sso import ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListIdentities(UseCase):
    """Show by which identities at sign-in providers one may sign in."""

    identities: ports.Identities

    async def __call__(
        self, command: PageRequest | None, actor: Actor
    ) -> Page[schemas.IdentityView]:
        found = await self.identities.of_user(actor.require_at_large())
        return schemas.ListIdentities.of(command).among(map(schemas.IdentityView.of, found))
