from core.accounts import constants, exceptions, models, policies, ports, schemas
from core.accounts.sign_in import SignIn
from core.models import Actor
from core.ports import Seals, Throttle
from core.service import UseCase


class LogIn(UseCase, halts=False):
    """Trade an email and a password for a session.

    Every answer costs one hash, so that its time tells nothing. With a second factor the answer is
    `mfa_required`: its `challenge_token` goes to /v1/auth/mfa/verify.
    """

    users: ports.Users
    hasher: ports.PasswordHasher
    sign_in: SignIn
    throttle: Throttle
    seals: Seals

    async def __call__(self, command: schemas.LogIn, actor: Actor) -> schemas.TokenPair:
        limits = policies.login_limits(self.seals, command, actor.ip)
        await self.throttle.hit(*limits)
        user = await self.users.by_email(command.email)
        matches = await self.hasher.verify(command.password, user.password_hash if user else None)
        if user is None or not matches:
            who = self.seals.fingerprint(constants.IDENTIFIER, command.email)
            raise await self.sign_in.refused(
                exceptions.InvalidCredentials(), actor, "password", user=user, identifier=who
            )
        await self.throttle.forgive(*limits)
        await self._rehash(user, command)
        proof = models.Proof(method="password", amr=("pwd",), device_label=command.device_label)
        return await self.sign_in(user, proof, actor)

    async def _rehash(self, user: models.User, command: schemas.LogIn) -> None:
        old = user.password_hash
        if old and self.hasher.outdated(old):
            new = await self.hasher.hash(command.password)
            changed = user.password_changed_at or user.created_at
            await self.users.set_password(user.id, new, at=changed, instead_of=old)
