from core.accounts import policies, ports
from core.accounts.sso import exceptions, schemas
from core.accounts.sso import ports as sso
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class UnlinkIdentity(UseCase):
    """Let an identity no longer in; the last way to sign in stays."""

    identities: sso.Identities
    login_methods: ports.LoginMethods
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.IdentityReference, actor: Actor) -> None:
        user_id = actor.require_self()
        policies.check_fresh(actor, self.clock.now())
        async with self.transaction():
            if not await self.identities.remove(user_id, command.identity_id):
                raise exceptions.IdentityNotFound
            await policies.check_can_sign_in(self.login_methods, user_id)
            await self.audit.record(actor, "identity.unlinked", target=("user", user_id))
