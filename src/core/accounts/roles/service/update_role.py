from core.accounts import constants, permissions, ports
from core.accounts.models import Role
from core.accounts.roles import exceptions, schemas
from core.exceptions import VersionMismatch
from core.models import Actor, OrganizationId, Permission
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class UpdateRole(UseCase):
    """Rename a role or change what it may do, unless somebody changed it since it was read.

    Whoever has it may do so from their next request on. Neither before nor after may the role
    hold what the editor may not do themselves.
    """

    roles: ports.Roles
    permissions: tuple[Permission, ...]
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateRole, actor: Actor) -> schemas.RoleView:
        organization_id = actor.require(constants.ROLES_WRITE)
        if command.key in constants.SYSTEM_ROLES:
            raise exceptions.RoleBuiltIn
        wanted = command.changes.permissions or ()
        permissions.check_registered(wanted, self.permissions, pointer="#/permissions")
        async with self.transaction():
            before = await self._known(command, organization_id)
            changed = before.evolve(**command.changes.changes(), updated_at=self.clock.now())
            permissions.check_held(actor, self._registered(before) | frozenset(wanted))
            after = await self.roles.update(changed)
            await self.audit.record(
                actor,
                "role.updated",
                target=("role", after.id),
                key=after.key,
                before=sorted(before.permissions),
                after=sorted(after.permissions),
            )
        return schemas.RoleView.of(after)

    async def _known(self, command: schemas.UpdateRole, organization_id: OrganizationId) -> Role:
        role = await self.roles.get(organization_id, command.key)
        if role is None:
            raise exceptions.RoleNotFound
        if command.expected_version not in {None, role.version}:
            raise VersionMismatch(current_etag=f'"{role.version}"')
        return role

    def _registered(self, role: Role) -> frozenset[str]:
        """Leave out what no module registers any more: nobody has that, and it gives nothing."""
        return role.permissions & {one.name for one in self.permissions}
