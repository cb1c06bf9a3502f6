from core.accounts import events, exceptions, models, policies, ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Events, Seals, Transaction
from core.service import UseCase


class AcceptInvitation(UseCase):
    """Join an organization. The link alone proves nobody: the verified address must match."""

    users: ports.Users
    organizations: ports.Organizations
    memberships: ports.Memberships
    invitations: ports.Invitations
    seats: ports.Seats
    seals: Seals
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.AnswerInvitation, actor: Actor
    ) -> models.OrganizationOfUser:
        user = await self.users.get(actor.require_at_large())
        invitation = await tokens.invited(command.token, self.invitations, self.seals)
        if user is None or user.email != invitation.email:
            raise exceptions.InvitationNotYours
        if user.email_verified_at is None:
            raise exceptions.EmailNotVerified
        async with self.transaction():
            return await self._join(user, invitation, actor)

    async def _join(
        self, user: models.User, invitation: models.Invitation, actor: Actor
    ) -> models.OrganizationOfUser:
        now, organization_id = self.clock.now(), invitation.organization_id
        settled = await self.invitations.settle(organization_id, invitation.id, "accepted", now)
        organization = await self.organizations.get(organization_id)
        if organization is None or organization.deletes_at is not None:
            raise exceptions.OrganizationNotFound
        await policies.check_seat(self.seats, organization_id, invited=False)
        membership = models.Membership(
            organization_id=organization_id, user_id=user.id, role=settled.role, created_at=now
        )
        await self.memberships.add(membership)
        await self.audit.record(
            actor,
            "invitation.accepted",
            target=("invitation", settled.id),
            organization_id=organization_id,
            role=settled.role,
        )
        await self.events.publish(
            events.MemberAdded(
                organization_id=organization_id, user_id=user.id, role=settled.role, at=now
            )
        )
        return models.OrganizationOfUser(**organization.model_dump(), role=settled.role)
