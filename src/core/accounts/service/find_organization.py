from core.accounts import exceptions, models, ports, schemas
from core.models import Actor
from core.service import UseCase


class FindOrganization(UseCase):
    """Look at any organization, by id or by slug: for operators."""

    organizations: ports.Organizations

    async def __call__(
        self, command: schemas.FindOrganization, actor: Actor
    ) -> models.Organization:
        actor.require_platform("operator", "support")
        if command.organization_id:
            organization = await self.organizations.get(command.organization_id)
        else:
            organization = await self.organizations.by_slug(command.slug or "")
        if organization is None:
            raise exceptions.OrganizationNotFound
        return organization
