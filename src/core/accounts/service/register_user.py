from core.accounts import (
    constants,
    events,
    exceptions,
    letters,
    models,
    policies,
    ports,
    schemas,
    tokens,
)
from core.accounts.config import AccountsConfig
from core.models import Actor, UserId
from core.ports import (
    AuditLog,
    Clock,
    Events,
    Ids,
    Jobs,
    Seals,
    Switchboard,
    Throttle,
    Transaction,
)
from core.service import UseCase
from core.telemetry import Metrics


class RegisterUser(UseCase):
    """Open an account; a mail proves the address.

    An address that is known gets a mail that says so, and the caller the same answer. Whoever
    holds an invitation sent to the address has proven it already, and is let in while nobody else
    new is.
    """

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    invitations: ports.Invitations
    hasher: ports.PasswordHasher
    common_passwords: ports.CommonPasswords
    accounts_config: AccountsConfig
    switchboard: Switchboard
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    events: Events
    metrics: Metrics
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.RegisterUser, actor: Actor) -> schemas.Registration:
        context = (command.email, command.display_name, self.accounts_config.product_name)
        policies.check_password(
            command.password, self.common_passwords, *context, pointer="#/password"
        )
        await self.throttle.hit((constants.REGISTER_BY_ADDRESS, actor.ip or ""))
        proven = await self._proven(command)
        if not proven:
            await self.switchboard.require_sign_ups()
        mailing = await policies.may_mail(self.throttle, self.seals, "register", command.email)
        user = await self._new_user(command, proven=proven)
        async with self.transaction():
            try:
                await self.users.add(user)
            except exceptions.EmailTaken:
                await self._repeated(user, actor, mailing=mailing)
            else:
                await self._registered(user, actor, mailing=mailing)
        return schemas.Registration()

    async def _new_user(self, command: schemas.RegisterUser, *, proven: bool) -> models.User:
        password_hash = await self.hasher.hash(command.password)
        now = self.clock.now()
        return models.User(
            id=UserId(self.ids.new()),
            email=command.email,
            email_verified_at=now if proven else None,
            display_name=command.display_name,
            locale=command.locale,
            password_hash=password_hash,
            password_changed_at=now,
            created_at=now,
            updated_at=now,
        )

    async def _proven(self, command: schemas.RegisterUser) -> bool:
        if command.invitation_token is None:
            return False
        invitation = await tokens.invited(command.invitation_token, self.invitations, self.seals)
        return invitation.open(self.clock.now()) and invitation.email == command.email

    async def _registered(self, user: models.User, actor: Actor, *, mailing: bool) -> None:
        if user.email_verified_at is None:
            token = tokens.one_time_token(
                self.ids.new(),
                user,
                "verify_email",
                user.created_at,
                constants.VERIFICATION_LIFETIME,
            )
            await self.one_time_tokens.add(token)
            if mailing:
                await self.jobs.defer(letters.verify_email(user, token))
        self.metrics.count("accounts_registered_total")
        await self.audit.record(actor, "user.registered", target=("user", user.id))
        await self.events.publish(events.UserRegistered(user_id=user.id, at=user.created_at))

    async def _repeated(self, user: models.User, actor: Actor, *, mailing: bool) -> None:
        who = self.seals.fingerprint(constants.IDENTIFIER, user.email)
        await self.audit.record(actor, "user.registration_repeated", identifier=who)
        if mailing:
            await self.jobs.defer(letters.already_registered(user))
