from core.accounts import constants, events, exceptions, policies, ports, schemas
from core.models import Actor, OrganizationId, UserId
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import UseCase


class TransferOwnership(UseCase):
    """Make another member the owner and become an admin oneself."""

    organizations: ports.Organizations
    memberships: ports.Memberships
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UserReference, actor: Actor) -> None:
        organization_id = actor.require(constants.ORGANIZATION_TRANSFER)
        policies.check_fresh(actor, self.clock.now())
        async with self.transaction():
            await self.organizations.lock(organization_id)
            heir = await self.memberships.get(organization_id, command.user_id)
            if heir is None:
                raise exceptions.MemberNotFound
            await self._give(organization_id, command.user_id, constants.OWNER)
            if actor.user_id and actor.user_id != command.user_id:
                await self._give(organization_id, actor.user_id, constants.ADMIN)
            if not await self.memberships.owners(organization_id):
                raise exceptions.LastOwner("The new owner's account is suspended.")
            await self.audit.record(
                actor, "org.ownership_transferred", target=("user", command.user_id)
            )

    async def _give(self, organization_id: OrganizationId, user_id: UserId, role: str) -> None:
        await self.memberships.set_role(organization_id, user_id, role)
        await self.events.publish(
            events.MemberRoleChanged(
                organization_id=organization_id, user_id=user_id, role=role, at=self.clock.now()
            )
        )
