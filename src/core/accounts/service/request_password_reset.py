from core.accounts import constants, letters, policies, ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class RequestPasswordReset(UseCase):
    """Mail a link to choose a new password; silent about who is known."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.RequestPasswordReset, actor: Actor) -> None:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        mailing = await policies.may_mail(self.throttle, self.seals, "reset", command.email)
        user = await self.users.by_email(command.email)
        if user is None or user.status != "active" or not mailing:
            return
        token = tokens.one_time_token(
            self.ids.new(), user, "reset_password", self.clock.now(), constants.RESET_LIFETIME
        )
        async with self.transaction():
            await self.one_time_tokens.add(token)
            await self.jobs.defer(letters.reset_password(user, token))
            await self.audit.record(actor, "password.reset_requested", target=("user", user.id))
