from core.accounts import ports as people
from core.accounts.models import Proof, User
from core.accounts.passkeys import constants, exceptions, schemas
from core.accounts.passkeys.proving import ProvePasskey
from core.accounts.schemas import TokenPair
from core.accounts.sign_in import SignIn
from core.models import Actor
from core.service import UseCase


class LogInWithPasskey(UseCase, halts=False):
    """Trade a passkey's answer for a session: it is two factors, so no other is asked for."""

    users: people.Users
    prove: ProvePasskey
    sign_in: SignIn

    async def __call__(self, command: schemas.LogInWithPasskey, actor: Actor) -> TokenPair:
        try:
            user = await self._owner(command, actor)
        except exceptions.PasskeyRefused as refusal:
            raise await self.sign_in.refused(
                refusal, actor, "passkey", cause=refusal.reason
            ) from None
        label = command.device_label
        proof = Proof(method="passkey", amr=constants.AMR, device_label=label)
        return await self.sign_in(user, proof, actor)

    async def _owner(self, command: schemas.LogInWithPasskey, actor: Actor) -> User:
        passkey = await self.prove(command, actor)
        user = await self.users.get(passkey.user_id)
        if user is None:
            raise exceptions.PasskeyRefused("Its owner is gone.")
        return user
