from uuid import UUID

from pydantic import SecretStr

from core.accounts import constants, exceptions, models, ports, tokens
from core.accounts.claiming import Claiming
from core.accounts.mail_login import constants as own
from core.accounts.mail_login import schemas
from core.accounts.mail_login.exceptions import LoginCodeInvalid
from core.accounts.schemas import TokenPair
from core.accounts.sign_in import SignIn
from core.models import Actor
from core.ports import Clock, Seals, Throttle
from core.service import UseCase


class SignInByMail(UseCase, halts=False):
    """Trade what was mailed for a session: the link's token, or the code with its challenge.

    It proves the address as well: an account that nobody had verified is theirs from now on.
    """

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    claim: Claiming
    sign_in: SignIn
    throttle: Throttle
    seals: Seals
    clock: Clock

    async def __call__(self, command: schemas.SignInByMail, actor: Actor) -> TokenPair:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        token_id = await self._proven(command, actor)
        token = await self.one_time_tokens.consume(token_id, "mail_login", self.clock.now())
        user = await self.users.get(token.owner)
        if user is None or user.email != token.payload["email"]:
            raise exceptions.TokenInvalidOrExpired
        if user.email_verified_at is None and user.status == "active":
            user = await self.claim(user, actor)
        proof = models.Proof(method="mail", amr=("mail",), device_label=command.device_label)
        return await self.sign_in(user, proof, actor)

    async def _proven(self, command: schemas.SignInByMail, actor: Actor) -> models.TokenId:
        if command.token is not None:
            return tokens.one_time_id(command.token, "mail_login", self.seals)
        challenge = command.challenge_token or SecretStr("")
        code = command.code or SecretStr("")
        return await self._by_code(challenge, code.get_secret_value(), actor)

    async def _by_code(self, challenge: SecretStr, code: str, actor: Actor) -> models.TokenId:
        """Check a code. Failures are counted by address, known or not, so that nobody can tell."""
        payload = self.seals.unseal(own.CHALLENGE_SEAL, challenge.get_secret_value())
        if payload is None:
            raise exceptions.TokenInvalidOrExpired
        token_id, now = models.TokenId(UUID(bytes=payload)), self.clock.now()
        token = await self.one_time_tokens.attempt(
            token_id, "mail_login", now, most=constants.CHALLENGE_TRIES
        )
        limit = (own.CODES_BY_IDENTIFIER, token.payload["identifier"])
        await self.throttle.hit(limit)
        purpose = tokens.one_time_purpose("mail_login")
        matches = self.seals.matches_code(purpose, payload, code)
        if token.user_id is None or not matches:
            raise await self.sign_in.refused(
                LoginCodeInvalid(), actor, "mail", identifier=token.payload["identifier"]
            )
        await self.throttle.forgive(limit)
        return token_id
