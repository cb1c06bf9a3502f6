from uuid import UUID

from core.accounts import constants, exceptions, letters, models, ports, schemas, tokens
from core.models import Actor, SessionId, UserId
from core.ports import AuditLog, Clock, Jobs, Seals, Throttle, Transaction
from core.service import UseCase

OF_THE_OLD_ADDRESS: tuple[models.TokenPurpose, ...] = (
    "verify_email",
    "reset_password",
    "mail_login",
)


class ConfirmEmailChange(UseCase):
    """Move an account to the address that a link was mailed to.

    Links that the old address got are useless from then on, and every session ends but the one
    that asked for the change.
    """

    users: ports.Users
    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ConfirmEmailChange, actor: Actor) -> None:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        token_id = tokens.one_time_id(command.token, "change_email", self.seals)
        now = self.clock.now()
        async with self.transaction():
            token = await self.one_time_tokens.consume(token_id, "change_email", now)
            user = await self.users.get(token.owner)
            if user is None or user.status != "active":
                raise exceptions.TokenInvalidOrExpired
            email: str = token.payload["new_email"]
            await self.users.update(user.evolve(email=email, email_verified_at=now, updated_at=now))
            await self._end_what_the_old_one_opens(user.id, token)
            await self.audit.record(
                actor,
                "user.email_changed",
                target=("user", user.id),
                before=self.seals.fingerprint(constants.IDENTIFIER, user.email),
                after=self.seals.fingerprint(constants.IDENTIFIER, email),
            )
            await self.jobs.defer(letters.email_changed(user, now, actor.ip))

    async def _end_what_the_old_one_opens(
        self, user_id: UserId, token: models.OneTimeToken
    ) -> None:
        now, asking = self.clock.now(), token.payload["session_id"]
        for purpose in OF_THE_OLD_ADDRESS:
            await self.one_time_tokens.cancel(user_id, purpose, now)
        keep = SessionId(UUID(asking)) if asking else None
        await self.sessions.revoke(user_id, keep=keep, at=now, reason="email_changed")
