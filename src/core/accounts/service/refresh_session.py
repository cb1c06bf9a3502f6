from core.accounts import constants, exceptions, letters, models, ports, schemas, tokens
from core.accounts.config import AccountsConfig
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Seals, Throttle, Transaction
from core.service import UseCase


class RefreshSession(UseCase, halts=False):
    """Trade a refresh token for the next one and a fresh access token.

    Of many tabs that refresh at once, all get the same new token. An older one, or the last one
    after the grace, is a sign of theft and ends the session (RFC 9700 4.14.2).
    """

    sessions: ports.Sessions
    access_tokens: ports.AccessTokens
    accounts_config: AccountsConfig
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RefreshSession, actor: Actor) -> schemas.TokenPair:
        known = tokens.read_refresh(command.refresh_token, self.seals)
        if known is None:
            raise exceptions.TokenInvalid
        session_id, generation = known
        await self.throttle.hit((constants.REFRESH_BY_SESSION, str(session_id)))
        now = self.clock.now()
        rotation = await self.sessions.rotate(
            session_id,
            generation,
            now=now,
            idle=constants.SESSION_IDLE,
            grace=constants.REFRESH_GRACE,
        )
        if rotation.outcome == "reused" and rotation.signed_in:
            await self._end(rotation.signed_in, actor)
            raise exceptions.RefreshReuseDetected
        if rotation.signed_in is None or rotation.outcome == "dead":
            raise exceptions.SessionRevoked
        return await tokens.token_pair(
            self.access_tokens, self.seals, self.accounts_config, rotation.signed_in, now
        )

    async def _end(self, signed_in: models.SignedInUser, actor: Actor) -> None:
        session, user = signed_in.session, signed_in.user
        async with self.transaction():
            await self.sessions.revoke(
                user.id, only=session.id, at=self.clock.now(), reason="refresh_reuse"
            )
            await self.audit.record(
                actor,
                "session.reuse_detected",
                target=("session", session.id),
                outcome="failure",
                user_id=str(user.id),
            )
            await self.jobs.defer(letters.session_reuse_detected(user, actor.ip))
