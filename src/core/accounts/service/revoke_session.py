from core.accounts import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RevokeSession(UseCase):
    """End one of one's own sessions; its next request is refused."""

    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RevokeSession, actor: Actor) -> None:
        async with self.transaction():
            ended = await self.sessions.revoke(
                actor.require_user(), only=command.session_id, at=self.clock.now(), reason="revoked"
            )
            if not ended:
                raise exceptions.SessionNotFound
            await self.audit.record(
                actor, "session.revoked", target=("session", command.session_id), reason="revoked"
            )
