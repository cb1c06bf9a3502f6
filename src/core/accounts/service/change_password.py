from core.accounts import exceptions, letters, policies, ports, schemas
from core.accounts.config import AccountsConfig
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Throttle, Transaction
from core.service import UseCase


class ChangePassword(UseCase):
    """Replace the password by another; by default every other session ends."""

    users: ports.Users
    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    hasher: ports.PasswordHasher
    common_passwords: ports.CommonPasswords
    accounts_config: AccountsConfig
    throttle: Throttle
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ChangePassword, actor: Actor) -> None:
        user = await policies.prove_password(
            command.current_password, actor, self.users, self.hasher, self.throttle
        )
        context = (user.email, user.display_name, self.accounts_config.product_name)
        policies.check_password(
            command.new_password, self.common_passwords, *context, pointer="#/new_password"
        )
        password_hash = await self.hasher.hash(command.new_password)
        now = self.clock.now()
        async with self.transaction():
            if not await self.users.set_password(
                user.id, password_hash, at=now, instead_of=user.password_hash
            ):
                raise exceptions.InvalidCredentials("The password was changed meanwhile.")
            await self.one_time_tokens.cancel(user.id, "reset_password", now)
            if command.revoke_other_sessions:
                await self.sessions.revoke(
                    user.id, keep=actor.session_id, at=now, reason="password_changed"
                )
            await self.audit.record(actor, "password.changed", target=("user", user.id))
            await self.jobs.defer(letters.password_changed(user, now, actor.ip))
