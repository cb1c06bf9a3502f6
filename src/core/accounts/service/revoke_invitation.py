from core.accounts import constants, exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RevokeInvitation(UseCase):
    """Take an invitation back before it is answered."""

    invitations: ports.Invitations
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.InvitationReference, actor: Actor) -> None:
        organization_id = actor.require(constants.INVITATIONS_WRITE)
        async with self.transaction():
            if await self.invitations.get(organization_id, command.invitation_id) is None:
                raise exceptions.InvitationNotFound
            await self.invitations.settle(
                organization_id, command.invitation_id, "revoked", self.clock.now()
            )
            await self.audit.record(
                actor, "invitation.revoked", target=("invitation", command.invitation_id)
            )
