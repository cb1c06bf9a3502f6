from core.accounts import constants, exceptions, models, ports
from core.models import Actor, Model
from core.service import UseCase


class GetOrganization(UseCase):
    """Look at an organization one belongs to."""

    organizations: ports.Organizations

    async def __call__(self, _: Model | None, actor: Actor) -> models.OrganizationOfUser:
        organization_id = actor.require(constants.ORGANIZATION_READ)
        organization = await self.organizations.get(organization_id)
        if organization is None:
            raise exceptions.OrganizationNotFound
        return models.OrganizationOfUser(**organization.model_dump(), role=actor.role or "")
