from core.accounts import models, ports
from core.models import Actor
from core.ports import AuditLog, Clock
from core.service import Collaborator


class Claiming(Collaborator):
    """Hands an account over to whoever proved its address, when nobody had.

    It may have been opened by a stranger who waits for its owner: whatever could let the stranger
    in goes. Call it inside a transaction.
    """

    users: ports.Users
    sessions: ports.Sessions
    audit: AuditLog
    clock: Clock

    async def __call__(self, user: models.User, actor: Actor) -> models.User:
        now = self.clock.now()
        await self.users.set_password(user.id, None, at=now)
        await self.users.mark_verified(user.id, now)
        await self.sessions.revoke(user.id, at=now, reason="claimed")
        await self.audit.record(actor, "user.unverified_claimed", target=("user", user.id))
        return user.evolve(email_verified_at=now, password_hash=None)
