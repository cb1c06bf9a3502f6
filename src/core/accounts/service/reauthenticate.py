from core.accounts import exceptions, models, policies, ports, schemas, tokens
from core.accounts.config import AccountsConfig
from core.models import Actor
from core.ports import AuditLog, Clock, Throttle, Transaction
from core.service import UseCase


class Reauthenticate(UseCase, halts=False):
    """Prove again that it is you, for the next ten minutes of sensitive actions."""

    users: ports.Users
    sessions: ports.Sessions
    hasher: ports.PasswordHasher
    access_tokens: ports.AccessTokens
    accounts_config: AccountsConfig
    throttle: Throttle
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.Reauthenticate, actor: Actor) -> schemas.AccessToken:
        await policies.prove_password(
            command.password, actor, self.users, self.hasher, self.throttle
        )
        session = await self._refreshed(actor)
        return await tokens.access_token(
            self.access_tokens, self.accounts_config, session, self.clock.now()
        )

    async def _refreshed(self, actor: Actor) -> models.Session:
        found = await self.sessions.find(actor.session_id) if actor.session_id else None
        if found is None:
            raise exceptions.SessionRevoked
        now = self.clock.now()
        async with self.transaction():
            await self.sessions.reauthenticate(found.session.id, now, found.session.amr)
            await self.audit.record(
                actor, "auth.reauthenticated", target=("session", found.session.id)
            )
        return found.session.model_copy(update={"authenticated_at": now})
