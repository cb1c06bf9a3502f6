from core.accounts.passkeys import exceptions, models, ports, schemas
from core.accounts.passkeys.challenges import Challenges
from core.models import Actor
from core.ports import Clock
from core.service import Collaborator


class ProvePasskey(Collaborator):
    """Finds out whose passkey answered a challenge, and counts its use."""

    challenges: Challenges
    passkeys: ports.Passkeys
    web_authn: ports.WebAuthn
    clock: Clock

    async def __call__(
        self, command: schemas.AnswerPasskeyChallenge, actor: Actor
    ) -> models.Passkey:
        """Return the passkey that signed; raise PasskeyRefused if anything is not in order."""
        challenge = await self.challenges.redeem(command.challenge_token, "passkey_login", actor)
        passkey = await self.passkeys.by_credential(command.credential.credential_id)
        if passkey is None:
            raise exceptions.PasskeyRefused("Nobody has this credential.")
        use = self.web_authn.asserted(command.credential, challenge, passkey)
        await self.passkeys.use(passkey.id, use, self.clock.now())
        return passkey
