from core.accounts import letters, ports
from core.accounts import policies as base
from core.accounts.mfa import exceptions, policies
from core.accounts.mfa.ports import RecoveryCodes, TotpFactors
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class DisableTotp(UseCase):
    """Sign in without the app again; the recovery codes go as well. Other sessions end."""

    users: ports.Users
    sessions: ports.Sessions
    totp_factors: TotpFactors
    recovery_codes: RecoveryCodes
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: None, actor: Actor) -> None:
        now = self.clock.now()
        base.check_fresh(actor, now)
        async with self.transaction():
            user = await policies.the_user(self.users, actor)
            if not user.mfa_enabled:
                raise exceptions.TotpNotEnabled
            await self.users.update(user.evolve(mfa_enabled=False, updated_at=now))
            await self.totp_factors.remove(user.id)
            await self.recovery_codes.replace(user.id, [])
            await self.sessions.revoke(user.id, keep=actor.session_id, at=now, reason="mfa_changed")
            await self.audit.record(actor, "mfa.totp_removed", target=("user", user.id))
            await self.jobs.defer(letters.mfa_disabled(user, now, actor.ip))
