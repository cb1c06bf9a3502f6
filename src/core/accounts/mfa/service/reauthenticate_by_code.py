from core.accounts import ports, tokens
from core.accounts.config import AccountsConfig
from core.accounts.mfa import policies, schemas
from core.accounts.mfa.second_factor import SecondFactor
from core.accounts.schemas import AccessToken
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class ReauthenticateByCode(UseCase, halts=False):
    """Prove again that it is you, by a code: the session counts as one of two factors then."""

    users: ports.Users
    sessions: ports.Sessions
    second_factor: SecondFactor
    access_tokens: ports.AccessTokens
    accounts_config: AccountsConfig
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ReauthenticateByCode, actor: Actor) -> AccessToken:
        user = await policies.the_user(self.users, actor)
        await self.second_factor.by_app(user, command.code, actor)
        now = self.clock.now()
        async with self.transaction():
            session = await policies.strengthen(self.sessions, actor, now)
            await self.audit.record(actor, "auth.reauthenticated", target=("session", session.id))
        return await tokens.access_token(self.access_tokens, self.accounts_config, session, now)
