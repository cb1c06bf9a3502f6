from core.accounts import constants, ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Seals, Transaction
from core.service import UseCase


class LogOut(UseCase):
    """End the session of a refresh token, or the caller's own; fine if it has ended already."""

    sessions: ports.Sessions
    seals: Seals
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.LogOut, actor: Actor) -> None:
        session_id = actor.session_id
        if command.refresh_token:
            token = command.refresh_token.get_secret_value()
            payload = self.seals.unseal(constants.REFRESH_SEAL, token)
            session_id = tokens.read_refresh(payload)[0] if payload else None
        found = await self.sessions.find(session_id) if session_id else None
        if found is None:
            return
        async with self.transaction():
            ended = await self.sessions.revoke(
                found.user.id, only=found.session.id, at=self.clock.now(), reason="logout"
            )
            if ended:
                await self.audit.record(actor, "auth.logout", target=("session", found.session.id))
