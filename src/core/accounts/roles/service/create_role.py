from core.accounts import constants, permissions, ports
from core.accounts.models import Role, RoleId
from core.accounts.roles import exceptions, schemas
from core.models import Actor, Permission
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase


class CreateRole(UseCase):
    """Make a role of the organization's own, which may do at most what its maker may."""

    roles: ports.Roles
    permissions: tuple[Permission, ...]
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateRole, actor: Actor) -> schemas.RoleView:
        organization_id = actor.require(constants.ROLES_WRITE)
        if command.key in constants.SYSTEM_ROLES:
            raise exceptions.RoleKeyTaken(f"The role {command.key} is built in.")
        permissions.check_registered(command.permissions, self.permissions, pointer="#/permissions")
        permissions.check_held(actor, frozenset(command.permissions))
        now = self.clock.now()
        role = Role(
            id=RoleId(self.ids.new()),
            organization_id=organization_id,
            **command.model_dump(),
            created_at=now,
            updated_at=now,
        )
        async with self.transaction():
            await self.roles.add(role)
            await self.audit.record(
                actor,
                "role.created",
                target=("role", role.id),
                key=role.key,
                permissions=sorted(role.permissions),
            )
        return schemas.RoleView.of(role)
