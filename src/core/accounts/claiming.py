from core.accounts import events, exceptions, models, ports
from core.models import Actor
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import Collaborator


class Claiming(Collaborator):
    """Hands an account whose address nobody had proven to whoever just proved it.

    It may have been opened by somebody else, to wait in it for the owner of the address. So all
    that was set up until now goes: nobody else can come in by it later.
    """

    users: ports.Users
    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    credentials: ports.Credentials
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, user: models.User, actor: Actor) -> models.User:
        """Return the account, verified; as it is if somebody was faster."""
        now = self.clock.now()
        async with self.transaction():
            # First the tokens, then the user, as whoever uses a token does: else the two could
            # wait for each other.
            await self.one_time_tokens.cancel(user.id, "verify_email", now)
            await self.one_time_tokens.cancel(user.id, "reset_password", now)
            if await self.users.mark_verified(user.id, now):
                await self.credentials.forget(user.id, now)
                await self.sessions.revoke(user.id, at=now, reason="claimed")
                await self.audit.record(actor, "user.unverified_claimed", target=("user", user.id))
                await self.events.publish(events.UserEmailVerified(user_id=user.id, at=now))
            claimed = await self.users.get(user.id)
        if claimed is None:
            raise exceptions.UserNotFound
        return claimed
