from core.accounts import constants, events, ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Events, Seals, Throttle, Transaction
from core.service import UseCase


class VerifyEmail(UseCase):
    """Prove an email address with the token that was mailed to it."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.VerifyEmail, actor: Actor) -> None:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        token_id = tokens.one_time_id(command.token, "verify_email", self.seals)
        now = self.clock.now()
        async with self.transaction():
            token = await self.one_time_tokens.consume(token_id, "verify_email", now)
            await self.users.mark_verified(token.owner, now)
            await self.audit.record(actor, "user.email_verified", target=("user", token.owner))
            await self.events.publish(events.UserEmailVerified(user_id=token.owner, at=now))
