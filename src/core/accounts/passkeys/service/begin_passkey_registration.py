from core.accounts import exceptions as accounts
from core.accounts import policies
from core.accounts import ports as people
from core.accounts.passkeys import constants, ports, schemas
from core.accounts.passkeys.challenges import Challenges
from core.models import Actor, Model
from core.ports import Clock
from core.service import UseCase


class BeginPasskeyRegistration(UseCase):
    """Ask for a challenge with which the browser makes a new passkey."""

    users: people.Users
    passkeys: ports.Passkeys
    web_authn: ports.WebAuthn
    challenges: Challenges
    clock: Clock

    async def __call__(self, _: Model | None, actor: Actor) -> schemas.PasskeyChallenge:
        policies.check_fresh(actor, self.clock.now())
        user = await self.users.get(actor.require_self())
        if user is None:
            raise accounts.UserNotFound
        known = await self.passkeys.page(user.id, limit=constants.EXCLUDED)
        text, challenge = await self.challenges.make("passkey_registration", actor, user)
        options = self.web_authn.creation_options(user, challenge, known)
        return schemas.PasskeyChallenge(challenge_token=text, options=options)
