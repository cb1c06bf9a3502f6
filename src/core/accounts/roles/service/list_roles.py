from core.accounts import constants, policies, ports
from core.accounts.roles import schemas
from core.models import Actor, Page, PageRequest, Permission
from core.service import UseCase


class ListRoles(UseCase):
    """List the roles there are in the organization: the built-in ones, then its own."""

    roles: ports.Roles
    permissions: tuple[Permission, ...]

    async def __call__(self, command: PageRequest | None, actor: Actor) -> Page[schemas.RoleView]:
        organization_id = actor.require(constants.ROLES_READ)
        own = await self.roles.all(organization_id)
        built_in = [
            schemas.RoleView.of_built_in(key, policies.permissions_of(key, self.permissions))
            for key in constants.SYSTEM_ROLES
        ]
        return schemas.ListRoles.of(command).among([*built_in, *map(schemas.RoleView.of, own)])
