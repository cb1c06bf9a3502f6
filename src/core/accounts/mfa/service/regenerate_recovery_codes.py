from core.accounts import policies as base
from core.accounts import ports
from core.accounts.mfa import exceptions, policies, recovery, schemas
from core.accounts.mfa.ports import RecoveryCodes
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase


class RegenerateRecoveryCodes(UseCase):
    """Get ten new recovery codes; the old ones work no more."""

    users: ports.Users
    recovery_codes: RecoveryCodes
    hasher: ports.PasswordHasher
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, _: None, actor: Actor) -> schemas.NewRecoveryCodes:
        user = await policies.the_user(self.users, actor)
        base.check_fresh(actor, self.clock.now())
        if not user.mfa_enabled:
            raise exceptions.TotpNotEnabled
        shown, kept = await recovery.fresh(user.id, self.hasher, self.clock, self.ids)
        async with self.transaction():
            await self.recovery_codes.replace(user.id, kept)
            await self.audit.record(
                actor, "mfa.recovery_codes_regenerated", target=("user", user.id)
            )
        return schemas.NewRecoveryCodes(recovery_codes=shown)
