from core.accounts import constants, events, exceptions, models, policies, ports, schemas
from core.models import Actor, Permission
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import UseCase


class ChangeMemberRole(UseCase):
    """Give a member another role: never one that may do more than the giver."""

    organizations: ports.Organizations
    memberships: ports.Memberships
    roles: ports.Roles
    permissions: tuple[Permission, ...]
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ChangeMemberRole, actor: Actor) -> models.Membership:
        organization_id = actor.require(constants.MEMBERS_WRITE)
        async with self.transaction():
            await self.organizations.lock(organization_id)
            await policies.check_may_grant(actor, command.role, self.roles, self.permissions)
            membership = await self.memberships.get(organization_id, command.user_id)
            if membership is None:
                raise exceptions.MemberNotFound
            if membership.role == command.role:
                return membership
            await policies.check_may_touch(actor, membership.role, self.roles, self.permissions)
            await policies.check_not_last_owner(self.memberships, membership)
            return await self._change(membership, command.role, actor)

    async def _change(
        self, membership: models.Membership, role: str, actor: Actor
    ) -> models.Membership:
        organization_id, user_id = membership.organization_id, membership.user_id
        await self.memberships.set_role(organization_id, user_id, role)
        await self.audit.record(
            actor,
            "member.role_changed",
            target=("user", user_id),
            before=membership.role,
            after=role,
        )
        await self.events.publish(
            events.MemberRoleChanged(
                organization_id=organization_id, user_id=user_id, role=role, at=self.clock.now()
            )
        )
        return membership.model_copy(update={"role": role})
