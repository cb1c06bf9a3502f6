from core.accounts import ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Seals, Transaction
from core.service import UseCase


class DeclineInvitation(UseCase):
    """Turn an invitation down; holding its link is enough."""

    invitations: ports.Invitations
    seals: Seals
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.AnswerInvitation, actor: Actor) -> None:
        invitation = await tokens.invited(command.token, self.invitations, self.seals)
        async with self.transaction():
            await self.invitations.settle(
                invitation.organization_id, invitation.id, "declined", self.clock.now()
            )
            await self.audit.record(
                actor,
                "invitation.declined",
                target=("invitation", invitation.id),
                organization_id=invitation.organization_id,
            )
