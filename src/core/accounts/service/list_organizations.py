from core.accounts import models, ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListOrganizations(UseCase):
    """List every organization, the newest first: for operators."""

    organizations: ports.Organizations

    async def __call__(self, command: PageRequest, actor: Actor) -> Page[models.Organization]:
        actor.require_platform("operator", "support")
        asked = schemas.ListOrganizations.of(command)
        return asked.answer(await self.organizations.page(**asked.window()))
