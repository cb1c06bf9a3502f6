from core.accounts import exceptions as accounts
from core.accounts import ports as people
from core.accounts import tokens
from core.accounts.config import AccountsConfig
from core.accounts.models import Session
from core.accounts.passkeys import constants, exceptions, schemas
from core.accounts.passkeys.proving import ProvePasskey
from core.accounts.schemas import AccessToken
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class ReauthenticateWithPasskey(UseCase, halts=False):
    """Prove by a passkey that it is you: it counts as two factors from now on."""

    sessions: people.Sessions
    access_tokens: people.AccessTokens
    accounts_config: AccountsConfig
    prove: ProvePasskey
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.AnswerPasskeyChallenge, actor: Actor) -> AccessToken:
        try:
            await self._proven(command, actor)
        except exceptions.PasskeyRefused as refusal:
            await self.audit.record(
                actor, "passkey.refused", outcome="failure", reason=refusal.reason
            )
            raise
        session = await self._refreshed(actor)
        return await tokens.access_token(
            self.access_tokens, self.accounts_config, session, self.clock.now()
        )

    async def _proven(self, command: schemas.AnswerPasskeyChallenge, actor: Actor) -> None:
        user_id = actor.require_self()
        passkey = await self.prove(command, actor)
        if passkey.user_id != user_id:
            raise exceptions.PasskeyRefused("It is somebody else's.")

    async def _refreshed(self, actor: Actor) -> Session:
        found = await self.sessions.find(actor.session_id) if actor.session_id else None
        if found is None:
            raise accounts.SessionRevoked
        now, session = self.clock.now(), found.session
        amr = tuple(dict.fromkeys((*session.amr, *constants.AMR)))
        async with self.transaction():
            await self.sessions.reauthenticate(session.id, now, amr)
            await self.audit.record(
                actor, "auth.reauthenticated", target=("session", session.id), method="passkey"
            )
        return session.model_copy(update={"authenticated_at": now, "amr": amr})
