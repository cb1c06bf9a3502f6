from core.accounts import constants, models, ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListInvitations(UseCase):
    """List who was invited, the newest first."""

    invitations: ports.Invitations

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.Invitation]:
        organization_id = actor.require(constants.INVITATIONS_READ)
        asked = schemas.ListInvitations.of(command)
        return asked.answer(await self.invitations.page(organization_id, **asked.window()))
