from core.accounts import policies, ports
from core.models import Actor, Model
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RevokeOtherSessions(UseCase):
    """Sign out everywhere else, right after proving who one is (ASVS 7.5.2)."""

    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: Model | None, actor: Actor) -> None:
        user_id, now = actor.require_at_large(), self.clock.now()
        policies.check_fresh(actor, now)
        async with self.transaction():
            ended = await self.sessions.revoke(
                user_id, keep=actor.session_id, at=now, reason="revoked"
            )
            await self.audit.record(
                actor,
                "session.revoked",
                target=("user", user_id),
                reason="others",
                count=len(ended),
            )
