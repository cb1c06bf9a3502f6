from core.accounts import constants, exceptions, letters, models, policies, ports, schemas
from core.models import Actor, OrganizationId, Permission
from core.ports import AuditLog, Clock, Ids, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class InviteMember(UseCase):
    """Invite an address into the organization, with a role up to one's own."""

    organizations: ports.Organizations
    memberships: ports.Memberships
    invitations: ports.Invitations
    roles: ports.Roles
    seats: ports.Seats
    users: ports.Users
    permissions: tuple[Permission, ...]
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.InviteMember, actor: Actor) -> models.Invitation:
        organization_id = actor.require(constants.INVITATIONS_WRITE)
        await policies.check_may_grant(actor, command.role, self.roles, self.permissions)
        await self.throttle.hit((constants.INVITATIONS_BY_ORGANIZATION, str(organization_id)))
        organization = await self._organization(command, organization_id)
        mailing = await policies.may_mail(
            self.throttle, self.seals, f"invitation:{organization_id}", command.email
        )
        inviter = await self.users.get(actor.user_id) if actor.user_id else None
        invitation = self._new(command, organization_id, actor)
        async with self.transaction():
            await self.organizations.lock(organization_id)  # nobody removes the role meanwhile
            await policies.check_may_grant(actor, command.role, self.roles, self.permissions)
            await policies.check_seat(self.seats, organization_id, invited=True)
            await self.invitations.add(invitation)
            await self.audit.record(
                actor,
                "invitation.created",
                target=("invitation", invitation.id),
                role=command.role,
            )
            if mailing:
                await self.jobs.defer(letters.invitation(invitation, organization, inviter))
        return invitation

    async def _organization(
        self, command: schemas.InviteMember, organization_id: OrganizationId
    ) -> models.Organization:
        organization = await self.organizations.get(organization_id)
        if organization is None:
            raise exceptions.OrganizationNotFound
        if await self.memberships.by_email(organization_id, command.email):
            raise exceptions.AlreadyMember
        return organization

    def _new(
        self, command: schemas.InviteMember, organization_id: OrganizationId, actor: Actor
    ) -> models.Invitation:
        now = self.clock.now()
        return models.Invitation(
            id=models.InvitationId(self.ids.new()),
            organization_id=organization_id,
            email=command.email,
            role=command.role,
            inviter_id=actor.user_id,
            created_at=now,
            expires_at=now + constants.INVITATION_LIFETIME,
        )
