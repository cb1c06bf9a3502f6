from hashlib import sha256

from pydantic import SecretStr

from core.accounts import exceptions as accounts
from core.accounts import ports, tokens
from core.accounts.models import TokenPurpose, User
from core.accounts.passkeys import constants, exceptions
from core.models import Actor
from core.ports import Clock, Ids, Seals, Throttle
from core.service import Collaborator


class Challenges(Collaborator):
    """What authenticators sign: good once, for five minutes.

    The challenge is the hash of a sealed token. So it is as hard to guess as the seal, it is kept
    nowhere, and whoever answers proves that they were given it here.
    """

    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    clock: Clock
    ids: Ids

    async def make(
        self, purpose: TokenPurpose, actor: Actor, user: User | None = None
    ) -> tuple[str, bytes]:
        """Return the token that stands for a new challenge, and the challenge."""
        await self.throttle.hit((constants.CHALLENGES_BY_ADDRESS, actor.ip or ""))
        token = tokens.one_time_token(
            self.ids.new(),
            user,
            purpose,
            self.clock.now(),
            constants.CHALLENGE_LIFETIME,
            {"session_id": str(actor.session_id)} if user else None,
        )
        await self.one_time_tokens.add(token)
        text = tokens.one_time_secret(token, self.seals)
        return text, _challenge(text)

    async def redeem(self, text: SecretStr, purpose: TokenPurpose, actor: Actor) -> bytes:
        """Use a challenge up, whatever becomes of its answer, and return it.

        Raise PasskeyRefused if it is gone. One that was made for somebody is good in the session
        they asked in, and in no other.
        """
        await self.throttle.hit((constants.ANSWERS_BY_ADDRESS, actor.ip or ""))
        try:
            token_id = tokens.one_time_id(text, purpose, self.seals)
            token = await self.one_time_tokens.consume(token_id, purpose, self.clock.now())
        except accounts.TokenInvalidOrExpired:
            raise exceptions.PasskeyRefused("The challenge is used, old or not ours.") from None
        asker = (actor.user_id, str(actor.session_id))
        if token.user_id is not None and asker != (token.user_id, token.payload["session_id"]):
            raise exceptions.PasskeyRefused("The challenge was made for another session.")
        return _challenge(text.get_secret_value())


def _challenge(text: str) -> bytes:
    return sha256(text.encode()).digest()
