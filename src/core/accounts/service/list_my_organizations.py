from core.accounts import models, ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListMyOrganizations(UseCase):
    """List the organizations one belongs to, the newest first."""

    organizations: ports.Organizations

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.OrganizationOfUser]:
        asked = schemas.ListMyOrganizations.of(command)
        user_id, only = actor.require_user(), actor.scope_organization_id
        if only is None:
            return asked.answer(await self.organizations.of_user(user_id, **asked.window()))
        listing = asked.lists.where("id", only)
        return asked.among(await self.organizations.of_user(user_id, limit=1, listing=listing))
