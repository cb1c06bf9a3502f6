from core.accounts import letters, ports
from core.accounts.exceptions import UserNotFound
from core.accounts.mfa import exceptions
from core.accounts.mfa.ports import RecoveryCodes, TotpFactors
from core.accounts.schemas import UserReference
from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class ResetUserMfa(UseCase):
    """Take somebody's second factor away, who lost it and its recovery codes: for operators.

    Every session of theirs ends, and a mail tells them.
    """

    users: ports.Users
    sessions: ports.Sessions
    totp_factors: TotpFactors
    recovery_codes: RecoveryCodes
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: UserReference, actor: Actor) -> None:
        actor.require_platform("operator")
        now = self.clock.now()
        async with self.transaction():
            user = await self.users.get(command.user_id)
            if user is None:
                raise UserNotFound
            if not user.mfa_enabled:
                raise exceptions.TotpNotEnabled
            await self.users.update(user.evolve(mfa_enabled=False, updated_at=now))
            await self.totp_factors.remove(user.id)
            await self.recovery_codes.replace(user.id, [])
            await self.sessions.revoke(user.id, at=now, reason="mfa_reset")
            await self.audit.record(actor, "admin.mfa_reset", target=("user", user.id))
            await self.jobs.defer(letters.mfa_reset(user))
