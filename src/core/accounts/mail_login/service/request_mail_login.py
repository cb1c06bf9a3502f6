from core.accounts import constants, letters, models, policies, ports
from core.accounts.mail_login import constants as own
from core.accounts.mail_login import schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class RequestMailLogin(UseCase, halts=False):
    """Mail a link and a code to sign in with; silent about who is known.

    An address nobody has gets a challenge of the same kind, that nothing completes.
    """

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, command: schemas.RequestMailLogin, actor: Actor
    ) -> schemas.MailLoginChallenge:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        mailing = await policies.may_mail(self.throttle, self.seals, "mail_login", command.email)
        found = await self.users.by_email(command.email)
        user = found if found and found.status == "active" and mailing else None
        token = self._challenge(command, user)
        async with self.transaction():
            await self.one_time_tokens.add(token)
            if user:
                await self.jobs.defer(letters.mail_login(user, token))
            await self.audit.record(
                actor,
                "auth.mail_login_requested",
                target=("user", user.id) if user else None,
                identifier=token.payload["identifier"],
            )
        sealed = self.seals.seal(own.CHALLENGE_SEAL, token.id.bytes)
        return schemas.MailLoginChallenge(challenge_token=sealed)

    def _challenge(
        self, command: schemas.RequestMailLogin, user: models.User | None
    ) -> models.OneTimeToken:
        """Return a token: whose it is, by which address it counts, and to which it was mailed."""
        now = self.clock.now()
        who = self.seals.fingerprint(constants.IDENTIFIER, command.email)
        return models.OneTimeToken(
            id=models.TokenId(self.ids.new()),
            user_id=user.id if user else None,
            purpose="mail_login",
            payload={"identifier": who, "email": user.email if user else None},
            created_at=now,
            expires_at=now + own.LIFETIME,
        )
