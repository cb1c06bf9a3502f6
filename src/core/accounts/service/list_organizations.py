from core.accounts import models, ports
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListOrganizations(UseCase):
    """List every organization, the newest first: for operators."""

    organizations: ports.Organizations

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.Organization]:
        actor.require_platform("operator", "support")
        found = await self.organizations.page(**command.window())
        return command.page(found, lambda one: one.id)
