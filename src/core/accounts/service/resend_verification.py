from core.accounts import constants, letters, policies, ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class ResendVerification(UseCase):
    """Mail the verification link again; silent about who is known."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.ResendVerification, actor: Actor) -> None:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        mailing = await policies.may_mail(self.throttle, self.seals, "verify", command.email)
        user = await self.users.by_email(command.email)
        if user is None or user.email_verified_at or not mailing:
            return
        token = tokens.one_time_token(
            self.ids.new(), user, "verify_email", self.clock.now(), constants.VERIFICATION_LIFETIME
        )
        async with self.transaction():
            await self.one_time_tokens.add(token)
            await self.jobs.defer(letters.verify_email(user, token))
            await self.audit.record(actor, "user.verification_resent", target=("user", user.id))
