from pydantic import SecretStr

from core.accounts import constants, exceptions, letters, policies, ports, schemas, tokens
from core.accounts.config import AccountsConfig
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class ResetPassword(UseCase):
    """Choose a new password with a mailed token; every session ends.

    The mail proves the address as well.
    """

    users: ports.Users
    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    hasher: ports.PasswordHasher
    common_passwords: ports.CommonPasswords
    accounts_config: AccountsConfig
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ResetPassword, actor: Actor) -> None:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        token_id = tokens.one_time_id(command.token, "reset_password", self.seals)
        self._check(command.new_password)
        password_hash = await self.hasher.hash(command.new_password)
        now = self.clock.now()
        async with self.transaction():
            token = await self.one_time_tokens.consume(token_id, "reset_password", now)
            user = await self.users.get(token.owner)
            if user is None or user.status != "active":
                raise exceptions.TokenInvalidOrExpired
            # Only now is it known whose it is. A refusal rolls back: the token works once more.
            self._check(command.new_password, user.email, user.display_name)
            await self.users.set_password(user.id, password_hash, at=now)
            await self.users.mark_verified(user.id, now)
            await self.sessions.revoke(user.id, at=now, reason="password_reset")
            await self.audit.record(actor, "password.reset_completed", target=("user", user.id))
            await self.jobs.defer(letters.password_changed(user, now, actor.ip))

    def _check(self, password: SecretStr, *context: str | None) -> None:
        product = self.accounts_config.product_name
        policies.check_password(
            password, self.common_passwords, *context, product, pointer="#/new_password"
        )
