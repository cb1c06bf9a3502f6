from core.accounts import constants, ports
from core.accounts.roles import exceptions, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class DeleteRole(UseCase):
    """Remove a role that nobody and nothing has."""

    organizations: ports.Organizations
    roles: ports.Roles
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.RoleReference, actor: Actor) -> None:
        organization_id = actor.require(constants.ROLES_WRITE)
        if command.key in constants.SYSTEM_ROLES:
            raise exceptions.RoleBuiltIn
        async with self.transaction():
            await self.organizations.lock(organization_id)
            role = await self.roles.get(organization_id, command.key)
            if role is None:
                raise exceptions.RoleNotFound
            if await self.roles.in_use(organization_id, command.key):
                raise exceptions.RoleInUse
            await self.roles.remove(organization_id, command.key)
            await self.audit.record(actor, "role.deleted", target=("role", role.id), key=role.key)
