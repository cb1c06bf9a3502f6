from core.accounts import exceptions, models, ports, schemas
from core.models import Actor, Page, PageRequest
from core.ports import Clock
from core.service import UseCase


class ListMyInvitations(UseCase):
    """List the invitations that wait for one's own answer."""

    users: ports.Users
    invitations: ports.Invitations
    clock: Clock

    async def __call__(
        self, command: PageRequest | None, actor: Actor
    ) -> Page[models.InvitationOfUser]:
        user = await self.users.get(actor.require_user())
        if user is None or user.email_verified_at is None:
            raise exceptions.EmailNotVerified
        found = await self.invitations.for_email(user.email, self.clock.now())
        seen = [one for one in found if actor.sees(one.organization_id)]
        return schemas.ListMyInvitations.of(command).among(seen)
