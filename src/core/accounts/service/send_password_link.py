from core.accounts import constants, exceptions, letters, ports, schemas, tokens
from core.mails import links
from core.mails.models import MailConfig
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Seals, Transaction
from core.service import UseCase


class SendPasswordLink(UseCase):
    """Mail somebody a link to choose a new password, and return it; only they set one (6.4.6)."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    mail_config: MailConfig
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.UserReference, actor: Actor) -> schemas.PasswordLink:
        actor.require_platform("operator")
        user = await self.users.get(command.user_id)
        if user is None:
            raise exceptions.UserNotFound
        token = tokens.one_time_token(
            self.ids.new(), user, "reset_password", self.clock.now(), constants.RESET_LIFETIME
        )
        async with self.transaction():
            await self.one_time_tokens.add(token)
            await self.jobs.defer(letters.reset_password(user, token))
            await self.audit.record(actor, "admin.password_link_sent", target=("user", user.id))
        link = links.address(letters.password_link(token), self.mail_config.app_url, self.seals)
        return schemas.PasswordLink(user=schemas.UserView.of(user), link=link)
