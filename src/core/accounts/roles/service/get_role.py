from core.accounts import constants, policies, ports
from core.accounts.roles import exceptions, schemas
from core.models import Actor, Permission
from core.service import UseCase


class GetRole(UseCase):
    """Look at one of the organization's roles."""

    roles: ports.Roles
    permissions: tuple[Permission, ...]

    async def __call__(self, command: schemas.RoleReference, actor: Actor) -> schemas.RoleView:
        organization_id = actor.require(constants.ROLES_READ)
        if command.key in constants.SYSTEM_ROLES:
            may = policies.permissions_of(command.key, self.permissions)
            return schemas.RoleView.of_built_in(command.key, may)
        role = await self.roles.get(organization_id, command.key)
        if role is None:
            raise exceptions.RoleNotFound
        return schemas.RoleView.of(role)
