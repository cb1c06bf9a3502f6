from core.accounts import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class EndSession(UseCase):
    """End anybody's session, whose next request is refused: for operators."""

    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RevokeSession, actor: Actor) -> None:
        actor.require_platform("operator")
        found = await self.sessions.find(command.session_id)
        if found is None:
            raise exceptions.SessionNotFound
        async with self.transaction():
            ended = await self.sessions.revoke(
                found.user.id, only=found.session.id, at=self.clock.now(), reason="operator"
            )
            if not ended:
                raise exceptions.SessionNotFound
            await self.audit.record(
                actor,
                "session.revoked",
                target=("session", command.session_id),
                reason="operator",
                user_id=str(found.user.id),
            )
