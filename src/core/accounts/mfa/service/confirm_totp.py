from core.accounts import letters, ports
from core.accounts.mfa import exceptions, models, policies, recovery, schemas
from core.accounts.mfa.ports import RecoveryCodes, Totp, TotpFactors
from core.models import Actor, UserId
from core.ports import AuditLog, Clock, Ids, Jobs, SecretBox, Transaction
from core.service import UseCase


class ConfirmTotp(UseCase):
    """Show that the app works: from now on a sign-in takes its codes. Other sessions end."""

    users: ports.Users
    sessions: ports.Sessions
    totp_factors: TotpFactors
    recovery_codes: RecoveryCodes
    totp: Totp
    hasher: ports.PasswordHasher
    secret_box: SecretBox
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, command: schemas.ConfirmTotp, actor: Actor
    ) -> schemas.NewRecoveryCodes:
        factor, step = await self._seen(command, actor.require_self())
        shown, kept = await recovery.fresh(factor.user_id, self.hasher, self.clock, self.ids)
        now = self.clock.now()
        async with self.transaction():
            user = await policies.the_user(self.users, actor)
            if not await self.totp_factors.confirm(factor, step, now):
                raise exceptions.TotpAlreadyEnabled
            await self.recovery_codes.replace(user.id, kept)
            await self.users.update(user.evolve(mfa_enabled=True, updated_at=now))
            await self.sessions.revoke(user.id, keep=actor.session_id, at=now, reason="mfa_changed")
            await policies.strengthen(self.sessions, actor, now)
            await self.audit.record(actor, "mfa.totp_enrolled", target=("user", user.id))
            await self.jobs.defer(letters.mfa_enabled(user, now, actor.ip))
        return schemas.NewRecoveryCodes(recovery_codes=shown)

    async def _seen(
        self, command: schemas.ConfirmTotp, user_id: UserId
    ) -> tuple[models.TotpFactor, int]:
        """Return what is to be confirmed, and the step whose code was given."""
        factor = await self.totp_factors.get(user_id)
        if factor is None:
            raise exceptions.TotpNotEnabled
        if factor.confirmed_at:
            raise exceptions.TotpAlreadyEnabled
        secret = self.secret_box.decrypt(factor.secret_box).decode()
        step = self.totp.step(secret, command.code.get_secret_value(), self.clock.now())
        if step is None:
            raise exceptions.MfaInvalidCode
        return factor, step
