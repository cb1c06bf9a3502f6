from core.accounts import letters, policies
from core.accounts import ports as people
from core.accounts.passkeys import ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class RemovePasskey(UseCase):
    """Forget one of one's own passkeys, unless nothing else is left to sign in with."""

    users: people.Users
    passkeys: ports.Passkeys
    login_methods: people.LoginMethods
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.PasskeyReference, actor: Actor) -> None:
        now = self.clock.now()
        policies.check_fresh(actor, now)
        user_id = actor.require_self()
        async with self.transaction():
            passkey = await self.passkeys.remove(user_id, command.passkey_id)
            await policies.check_can_sign_in(self.login_methods, user_id)
            await self.audit.record(
                actor, "passkey.removed", target=("passkey", passkey.id), name=passkey.name
            )
            if user := await self.users.get(user_id):
                await self.jobs.defer(letters.passkey_removed(user, passkey.name, now, actor.ip))
