from core.accounts import exceptions as accounts
from core.accounts import letters
from core.accounts import ports as people
from core.accounts.models import User
from core.accounts.passkeys import constants, exceptions, models, ports, schemas
from core.accounts.passkeys.challenges import Challenges
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Transaction
from core.service import UseCase


class RegisterPasskey(UseCase):
    """Keep the passkey that the browser made; from now on it signs in. A mail tells of it.

    That it is you was proven a moment ago: by the challenge, which is for this session alone.
    """

    users: people.Users
    passkeys: ports.Passkeys
    web_authn: ports.WebAuthn
    challenges: Challenges
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.RegisterPasskey, actor: Actor) -> schemas.PasskeyView:
        user = await self.users.get(actor.require_self())
        if user is None:
            raise accounts.UserNotFound
        try:
            return await self._registered(command, actor, user)
        except exceptions.PasskeyRefused as refusal:
            await self.audit.record(
                actor,
                "passkey.refused",
                target=("user", user.id),
                outcome="failure",
                reason=refusal.reason,
            )
            raise

    async def _registered(
        self, command: schemas.RegisterPasskey, actor: Actor, user: User
    ) -> schemas.PasskeyView:
        challenge = await self.challenges.redeem(
            command.challenge_token, "passkey_registration", actor
        )
        record = self.web_authn.registered(command.credential, challenge)
        now = self.clock.now()
        passkey = models.Passkey(
            **record.model_dump(),
            id=models.PasskeyId(self.ids.new()),
            user_id=user.id,
            name=command.name or constants.NAME,
            created_at=now,
        )
        async with self.transaction():
            await self.passkeys.add(passkey)
            await self.audit.record(
                actor, "passkey.registered", target=("passkey", passkey.id), name=passkey.name
            )
            await self.jobs.defer(letters.passkey_registered(user, passkey.name, now, actor.ip))
        return schemas.PasskeyView.of(passkey)
