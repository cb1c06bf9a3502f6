from pydantic import SecretStr

from core.accounts import constants, exceptions, models, ports, tokens
from core.accounts.mfa import policies, schemas
from core.accounts.mfa.second_factor import SecondFactor
from core.accounts.schemas import TokenPair
from core.accounts.sign_in import SignIn
from core.models import Actor
from core.ports import Clock, Seals, Throttle
from core.service import UseCase


class CompleteMfaChallenge(UseCase, halts=False):
    """Finish a sign-in that was answered `mfa_required`, by a code or a recovery code."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    second_factor: SecondFactor
    sign_in: SignIn
    throttle: Throttle
    seals: Seals
    clock: Clock

    async def __call__(self, command: schemas.CompleteMfaChallenge, actor: Actor) -> TokenPair:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        token_id = tokens.one_time_id(command.challenge_token, "mfa_challenge", self.seals)
        now = self.clock.now()
        challenge = await self.one_time_tokens.attempt(
            token_id, "mfa_challenge", now, most=constants.CHALLENGE_TRIES
        )
        user = await self._challenged(challenge)
        if command.recovery_code is not None:
            await self.second_factor.by_recovery_code(user, command.recovery_code, actor)
        else:
            await self.second_factor.by_app(user, command.code or SecretStr(""), actor)
        await self.one_time_tokens.consume(token_id, "mfa_challenge", now)
        proof = models.Proof.model_validate(challenge.payload)
        return await self.sign_in(user, proof.evolve(amr=policies.strong(proof.amr)), actor)

    async def _challenged(self, challenge: models.OneTimeToken) -> models.User:
        """Return whose it is; a password that was changed since proves nothing any more."""
        user = await self.users.get(challenge.owner)
        changed = user and user.password_changed_at
        if user is None or (changed and challenge.created_at < changed):
            raise exceptions.TokenInvalidOrExpired
        return user
