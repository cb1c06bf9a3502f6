from core.accounts import letters, policies, ports
from core.accounts.sso import exceptions, schemas
from core.accounts.sso import ports as sso
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class UnlinkIdentity(UseCase):
    """Let an identity no longer in; the last way to sign in stays."""

    identities: sso.Identities
    login_methods: ports.LoginMethods
    users: ports.Users
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.IdentityReference, actor: Actor) -> None:
        user_id, now = actor.require_self(), self.clock.now()
        policies.check_fresh(actor, now)
        async with self.transaction():
            if not await self.identities.remove(user_id, command.identity_id):
                raise exceptions.IdentityNotFound
            await policies.check_can_sign_in(self.login_methods, user_id)
            await self.audit.record(actor, "identity.unlinked", target=("user", user_id))
            if user := await self.users.get(user_id):
                await self.jobs.defer(letters.identity_unlinked(user, now, actor.ip))
