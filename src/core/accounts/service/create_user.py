from core.accounts import constants, events, letters, models, ports, schemas, tokens
from core.mails import links
from core.mails.models import MailConfig
from core.models import Actor, UserId
from core.ports import AuditLog, Clock, Events, Ids, Jobs, Seals, Transaction
from core.service import UseCase


class CreateUser(UseCase):
    """Open an account for somebody; only they choose its password (ASVS 6.3.2, 6.4.6)."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    mail_config: MailConfig
    seals: Seals
    audit: AuditLog
    events: Events
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateUser, actor: Actor) -> schemas.PasswordLink:
        actor.require_platform("operator")
        user = self._new(command)
        token = tokens.one_time_token(
            self.ids.new(),
            user,
            "reset_password",
            user.created_at,
            constants.SET_PASSWORD_LIFETIME,
        )
        async with self.transaction():
            await self.users.add(user)
            await self.one_time_tokens.add(token)
            await self.jobs.defer(letters.set_password(user, token))
            await self.audit.record(
                actor, "user.created", target=("user", user.id), platform_role=user.platform_role
            )
            await self.events.publish(events.UserRegistered(user_id=user.id, at=user.created_at))
        link = links.address(letters.password_link(token), self.mail_config.app_url, self.seals)
        return schemas.PasswordLink(user=schemas.UserView.of(user), link=link)

    def _new(self, command: schemas.CreateUser) -> models.User:
        now = self.clock.now()
        return models.User(
            id=UserId(self.ids.new()),
            email=command.email,
            display_name=command.display_name,
            locale=command.locale,
            platform_role=command.platform_role,
            created_at=now,
            updated_at=now,
        )
