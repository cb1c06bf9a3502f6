from core.accounts import constants, letters, models, policies, ports, schemas, tokens
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class RequestEmailChange(UseCase):
    """Mail a link to a new address, which proves it; until then the old one stays.

    An address that has an account gets a mail that says so. All else is the same, also what the
    old address is told, so that nobody can find out.
    """

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    hasher: ports.PasswordHasher
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.RequestEmailChange, actor: Actor) -> None:
        now = self.clock.now()
        user = await policies.prove_self(
            command.password, actor, self.users, self.hasher, self.throttle, now=now
        )
        email = command.new_email
        mailing = await policies.may_mail(self.throttle, self.seals, "change_email", email)
        telling = await policies.may_mail(self.throttle, self.seals, "email_change", user.email)
        if not mailing:
            return
        known = await self.users.by_email(email)
        who = self.seals.fingerprint(constants.IDENTIFIER, email)
        async with self.transaction():
            await self._mail(user, email, known, actor)
            if telling:
                await self.jobs.defer(letters.email_change_requested(user, now, actor.ip))
            await self.audit.record(
                actor, "user.email_change_requested", target=("user", user.id), identifier=who
            )

    async def _mail(
        self, user: models.User, email: str, known: models.User | None, actor: Actor
    ) -> None:
        now = self.clock.now()
        await self.one_time_tokens.cancel(user.id, "change_email", now)
        if known is not None:
            await self.jobs.defer(letters.already_registered(known))
            return
        asking = str(actor.session_id) if actor.session_id else None
        token = tokens.one_time_token(
            self.ids.new(),
            user,
            "change_email",
            now,
            constants.CHANGE_EMAIL_LIFETIME,
            {"new_email": email, "session_id": asking},
        )
        await self.one_time_tokens.add(token)
        await self.jobs.defer(letters.confirm_email(user, email, token))
