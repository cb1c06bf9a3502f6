from core.accounts import events, exceptions, policies, ports
from core.models import Actor, Model
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import UseCase


class LeaveOrganization(UseCase):
    """Leave an organization; its last owner can't."""

    organizations: ports.Organizations
    memberships: ports.Memberships
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: Model | None, actor: Actor) -> None:
        user_id, organization_id = actor.require_user(), actor.require_organization()
        async with self.transaction():
            await self.organizations.lock(organization_id)
            membership = await self.memberships.get(organization_id, user_id)
            if membership is None:
                raise exceptions.OrganizationNotFound
            await policies.check_not_last_owner(self.memberships, membership)
            await self.memberships.remove(organization_id, user_id)
            await self.audit.record(
                actor, "member.left", target=("user", user_id), role=membership.role
            )
            await self.events.publish(
                events.MemberRemoved(
                    organization_id=organization_id, user_id=user_id, at=self.clock.now()
                )
            )
