from core.accounts import constants, exceptions, letters, models, policies, ports, schemas
from core.models import Actor, OrganizationId
from core.ports import AuditLog, Clock, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class ResendInvitation(UseCase):
    """Mail an invitation again and give it another week."""

    organizations: ports.Organizations
    invitations: ports.Invitations
    users: ports.Users
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.InvitationReference, actor: Actor
    ) -> models.Invitation:
        organization_id = actor.require(constants.INVITATIONS_WRITE)
        await self.throttle.hit((constants.INVITATIONS_BY_ORGANIZATION, str(organization_id)))
        known = await self._known(organization_id, command.invitation_id)
        mailing = await policies.may_mail(
            self.throttle, self.seals, f"invitation:{organization_id}", known.email
        )
        async with self.transaction():
            invitation = await self.invitations.extend(
                organization_id, known.id, self.clock.now() + constants.INVITATION_LIFETIME
            )
            await self.audit.record(
                actor, "invitation.resent", target=("invitation", invitation.id)
            )
            if mailing:
                await self._mail(invitation, actor)
        return invitation

    async def _known(
        self, organization_id: OrganizationId, invitation_id: models.InvitationId
    ) -> models.Invitation:
        known = await self.invitations.get(organization_id, invitation_id)
        if known is None:
            raise exceptions.InvitationNotFound
        return known

    async def _mail(self, invitation: models.Invitation, actor: Actor) -> None:
        organization = await self.organizations.get(invitation.organization_id)
        inviter = await self.users.get(actor.user_id) if actor.user_id else None
        if organization:
            await self.jobs.defer(letters.invitation(invitation, organization, inviter))
