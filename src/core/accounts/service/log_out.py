from core.accounts import ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Seals, Transaction
from core.service import UseCase


class LogOut(UseCase, onlookers=True, halts=False):
    """End the session of a refresh token, or the caller's own; fine if it has ended already."""

    sessions: ports.Sessions
    seals: Seals
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.LogOut, actor: Actor) -> None:
        session_id = actor.session_id
        if command.refresh_token:
            known = tokens.read_refresh(command.refresh_token, self.seals)
            session_id = known[0] if known else None
        found = await self.sessions.find(session_id) if session_id else None
        if found is None:
            return
        async with self.transaction():
            ended = await self.sessions.revoke(
                found.user.id, only=found.session.id, at=self.clock.now(), reason="logout"
            )
            if ended:
                acted = found.session.impersonator_id is not None
                action = "impersonation.stopped" if acted else "auth.logout"
                await self.audit.record(actor, action, target=("session", found.session.id))
