from core.accounts import policies as base
from core.accounts import ports
from core.accounts.config import AccountsConfig
from core.accounts.mfa import models, policies, schemas
from core.accounts.mfa.ports import Totp, TotpFactors
from core.models import Actor
from core.ports import AuditLog, Clock, SecretBox, Transaction
from core.service import UseCase


class EnrollTotp(UseCase):
    """Begin to set up an authenticator app: it counts once a code of it confirms that it works."""

    users: ports.Users
    totp_factors: TotpFactors
    totp: Totp
    accounts_config: AccountsConfig
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: None, actor: Actor) -> schemas.TotpEnrolment:
        user, now = await policies.the_user(self.users, actor), self.clock.now()
        base.check_fresh(actor, now)
        secret = self.totp.secret()
        factor = models.TotpFactor(
            user_id=user.id, secret_box=self.secret_box.encrypt(secret.encode()), created_at=now
        )
        async with self.transaction():
            await self.totp_factors.add(factor)
            await self.audit.record(actor, "mfa.totp_enrolment_started", target=("user", user.id))
        issuer = self.accounts_config.product_name
        address = self.totp.address(secret, account=user.email, issuer=issuer)
        return schemas.TotpEnrolment(secret=secret, otpauth_uri=address)
