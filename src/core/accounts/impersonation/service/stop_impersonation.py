from core.accounts import ports
from core.accounts.schemas import UserReference
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class StopImpersonation(UseCase):
    """End the sessions in which one acts as somebody; fine if there is none."""

    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: UserReference, actor: Actor) -> None:
        actor.require_platform("operator")
        now, operator_id = self.clock.now(), actor.require_user()
        active = await self.sessions.active(command.user_id, now)
        acting = [one.id for one in active if one.impersonator_id == operator_id]
        async with self.transaction():
            for session_id in acting:
                ended = await self.sessions.revoke(
                    command.user_id, only=session_id, at=now, reason="impersonation_stopped"
                )
                if ended:
                    await self.audit.record(
                        actor, "impersonation.stopped", target=("session", session_id)
                    )
