from core.accounts import constants, exceptions, models, policies, ports, schemas, tokens
from core.accounts.config import AccountsConfig
from core.exceptions import CoreError
from core.models import Actor
from core.ports import AuditLog, Clock, Events, Ids, Seals, Throttle, Transaction
from core.service import UseCase
from core.telemetry import Metrics


class LogIn(UseCase):
    """Trade an email and a password for a session.

    Every answer costs one hash, so that its time tells nothing; whether an account is unverified
    or suspended is told to whoever knows its password, to nobody else.
    """

    users: ports.Users
    sessions: ports.Sessions
    hasher: ports.PasswordHasher
    access_tokens: ports.AccessTokens
    accounts_config: AccountsConfig
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    events: Events
    metrics: Metrics
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.LogIn, actor: Actor) -> schemas.TokenPair:
        limits = policies.login_limits(self.seals, command, actor.ip)
        await self.throttle.hit(*limits)
        user = await self.users.by_email(command.email)
        matches = await self.hasher.verify(command.password, user.password_hash if user else None)
        if user is None or not matches:
            raise await self._failed(exceptions.InvalidCredentials(), user, command, actor)
        await self.throttle.forgive(*limits)
        if user.status == "suspended":
            raise await self._failed(exceptions.AccountSuspended(), user, command, actor)
        if user.email_verified_at is None:
            raise await self._failed(exceptions.EmailNotVerified(), user, command, actor)
        await self._rehash(user, command)
        return await self._signed_in(user, command, actor)

    async def _failed(
        self, error: CoreError, user: models.User | None, command: schemas.LogIn, actor: Actor
    ) -> CoreError:
        self.metrics.count("logins_total", outcome=error.code)
        await self.audit.record(
            actor,
            "auth.login_failed",
            target=("user", user.id) if user else None,
            outcome="failure",
            reason=error.code,
            method="password",
            identifier=self.seals.fingerprint(constants.IDENTIFIER, command.email),
        )
        return error

    async def _rehash(self, user: models.User, command: schemas.LogIn) -> None:
        old = user.password_hash
        if old and self.hasher.outdated(old):
            new = await self.hasher.hash(command.password)
            changed = user.password_changed_at or user.created_at
            await self.users.set_password(user.id, new, at=changed, instead_of=old)

    async def _signed_in(
        self, user: models.User, command: schemas.LogIn, actor: Actor
    ) -> schemas.TokenPair:
        self.metrics.count("logins_total", outcome="succeeded")
        now = self.clock.now()
        session = tokens.open_session(
            self.ids.new(),
            user,
            actor,
            now,
            client_id=self.accounts_config.client_id,
            amr=("pwd",),
            device_label=command.device_label,
        )
        async with self.transaction():
            await self.sessions.add(session)
            await self.audit.record(
                actor,
                "auth.login_succeeded",
                target=("session", session.id),
                user_id=str(user.id),
                method="password",
                amr=session.amr,
            )
            await self.events.publish(
                models.UserLoggedIn(user_id=user.id, session_id=session.id, at=now)
            )
        pair = await tokens.token_pair(
            self.access_tokens,
            self.seals,
            self.accounts_config,
            models.SignedInUser(session=session, user=user),
            now,
        )
        device_token = tokens.device_token(self.seals, session.id, user.email)
        return pair.model_copy(update={"device_token": device_token})
