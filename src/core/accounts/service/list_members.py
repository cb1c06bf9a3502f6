from core.accounts import constants, models, ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListMembers(UseCase):
    """List who belongs to the organization."""

    memberships: ports.Memberships

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.Member]:
        organization_id = actor.require(constants.MEMBERS_READ)
        asked = schemas.ListMembers.of(command)
        return asked.answer(await self.memberships.page(organization_id, **asked.window()))
