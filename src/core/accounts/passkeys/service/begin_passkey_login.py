from core.accounts.passkeys import ports, schemas
from core.accounts.passkeys.challenges import Challenges
from core.models import Actor, Model
from core.service import UseCase


class BeginPasskeyLogin(UseCase):
    """Ask for a challenge that any passkey may answer, whoever's it is."""

    web_authn: ports.WebAuthn
    challenges: Challenges

    async def __call__(self, _: Model | None, actor: Actor) -> schemas.PasskeyChallenge:
        text, challenge = await self.challenges.make("passkey_login", actor)
        options = self.web_authn.request_options(challenge)
        return schemas.PasskeyChallenge(challenge_token=text, options=options)
