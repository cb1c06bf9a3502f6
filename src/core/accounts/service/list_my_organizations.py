from core.accounts import models, ports
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListMyOrganizations(UseCase):
    """List the organizations one belongs to, the newest first."""

    organizations: ports.Organizations

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.OrganizationOfUser]:
        found = await self.organizations.of_user(actor.require_user(), **command.window())
        page = command.page(found, lambda one: one.id)
        return page.model_copy(update={"items": [one for one in page.items if actor.sees(one.id)]})
