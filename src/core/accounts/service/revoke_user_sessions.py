from core.accounts import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RevokeUserSessions(UseCase):
    """Sign somebody out everywhere: for operators."""

    users: ports.Users
    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UserReference, actor: Actor) -> int:
        actor.require_platform("operator")
        if await self.users.get(command.user_id) is None:
            raise exceptions.UserNotFound
        async with self.transaction():
            ended = await self.sessions.revoke(
                command.user_id, at=self.clock.now(), reason="operator"
            )
            await self.audit.record(
                actor,
                "session.revoked",
                target=("user", command.user_id),
                reason="operator",
                count=len(ended),
            )
        return len(ended)
