from core.accounts import constants, events, exceptions, letters, models, policies, ports, schemas
from core.models import Actor, Permission
from core.ports import AuditLog, Clock, Events, Jobs, Transaction
from core.service import UseCase


class RemoveMember(UseCase):
    """Take a member out of the organization; their next request there is refused."""

    organizations: ports.Organizations
    memberships: ports.Memberships
    roles: ports.Roles
    users: ports.Users
    permissions: tuple[Permission, ...]
    audit: AuditLog
    events: Events
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UserReference, actor: Actor) -> None:
        organization_id = actor.require(constants.MEMBERS_WRITE)
        async with self.transaction():
            await self.organizations.lock(organization_id)
            membership = await self.memberships.get(organization_id, command.user_id)
            if membership is None:
                raise exceptions.MemberNotFound
            await policies.check_may_touch(actor, membership.role, self.roles, self.permissions)
            await policies.check_not_last_owner(self.memberships, membership)
            await self.memberships.remove(organization_id, command.user_id)
            await self.audit.record(
                actor, "member.removed", target=("user", command.user_id), role=membership.role
            )
            await self.events.publish(
                events.MemberRemoved(
                    organization_id=organization_id, user_id=command.user_id, at=self.clock.now()
                )
            )
            await self._tell(membership)

    async def _tell(self, membership: models.Membership) -> None:
        user = await self.users.get(membership.user_id)
        organization = await self.organizations.get(membership.organization_id)
        if user and organization:
            await self.jobs.defer(letters.member_removed(user, organization))
