from core.accounts import constants, models, ports
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListInvitations(UseCase):
    """List who was invited, the newest first."""

    invitations: ports.Invitations

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.Invitation]:
        organization_id = actor.require(constants.INVITATIONS_READ)
        found = await self.invitations.page(organization_id, **command.window())
        return command.page(found, lambda one: one.id)
