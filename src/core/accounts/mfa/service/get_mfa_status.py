from core.accounts.mfa import schemas
from core.accounts.mfa.ports import RecoveryCodes, TotpFactors
from core.models import Actor
from core.service import UseCase


class GetMfaStatus(UseCase):
    """See which second factors one has."""

    totp_factors: TotpFactors
    recovery_codes: RecoveryCodes

    async def __call__(self, _: None, actor: Actor) -> schemas.MfaStatus:
        factor = await self.totp_factors.get(actor.require_at_large())
        if factor is None or factor.confirmed_at is None:
            return schemas.MfaStatus(totp=False, recovery_codes_left=0)
        left = await self.recovery_codes.unused(factor.user_id)
        return schemas.MfaStatus(totp=True, recovery_codes_left=len(left))
