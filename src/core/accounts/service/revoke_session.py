from core.accounts import exceptions, policies, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RevokeSession(UseCase):
    """End one of one's own sessions; its next request is refused.

    It takes a fresh proof: who stole a session is not to put its owner out (ASVS 7.5.2).
    """

    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RevokeSession, actor: Actor) -> None:
        user_id, now = actor.require_user(), self.clock.now()
        policies.check_fresh(actor, now)
        if actor.scope_organization_id is not None and actor.session_id != command.session_id:
            raise exceptions.SessionNotFound
        async with self.transaction():
            ended = await self.sessions.revoke(
                user_id, only=command.session_id, at=now, reason="revoked"
            )
            if not ended:
                raise exceptions.SessionNotFound
            await self.audit.record(
                actor, "session.revoked", target=("session", command.session_id), reason="revoked"
            )
