from core.accounts import exceptions, models, ports
from core.models import Actor, Model, Page
from core.ports import Clock
from core.service import UseCase


class ListMyInvitations(UseCase):
    """List the invitations that wait for one's own answer."""

    users: ports.Users
    invitations: ports.Invitations
    clock: Clock

    async def __call__(self, _: Model | None, actor: Actor) -> Page[models.InvitationOfUser]:
        user = await self.users.get(actor.require_user())
        if user is None or user.email_verified_at is None:
            raise exceptions.EmailNotVerified
        found = await self.invitations.for_email(user.email, self.clock.now())
        return Page(items=[one for one in found if actor.sees(one.organization_id)])
