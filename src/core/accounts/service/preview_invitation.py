from core.accounts import constants, exceptions, ports, schemas, tokens
from core.models import Actor
from core.ports import Clock, Seals, Throttle
from core.service import UseCase


class PreviewInvitation(UseCase):
    """Tell the holder of an invitation's link what it is for; uses nothing up."""

    organizations: ports.Organizations
    invitations: ports.Invitations
    throttle: Throttle
    seals: Seals
    clock: Clock

    async def __call__(
        self, command: schemas.AnswerInvitation, actor: Actor
    ) -> schemas.InvitationPreview:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        invitation = await tokens.invited(command.token, self.invitations, self.seals)
        organization = await self.organizations.get(invitation.organization_id)
        shut = organization is None or organization.deletes_at is not None
        if organization is None or shut or not invitation.open(self.clock.now()):
            raise exceptions.InvitationNotPending
        return schemas.InvitationPreview(
            organization_name=organization.name,
            email=invitation.email,
            role=invitation.role,
            expires_at=invitation.expires_at,
        )
