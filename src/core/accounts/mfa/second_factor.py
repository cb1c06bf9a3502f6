from contextlib import suppress

from pydantic import SecretStr

from core.accounts import letters, ports
from core.accounts.mfa import constants, exceptions, models, recovery
from core.accounts.mfa.ports import RecoveryCodes, Totp, TotpFactors
from core.accounts.models import User
from core.exceptions import RateLimited
from core.models import Actor, Limit, UserId
from core.ports import AuditLog, Clock, Jobs, SecretBox, Throttle, Transaction
from core.service import Collaborator


class SecondFactor(Collaborator):
    """Checks a code, and uses it up.

    Failures are counted by person: new challenges do not buy more guesses (ASVS 6.6.3). Whoever is
    guessed at is told, as somebody has their password already (ASVS 6.3.5).
    """

    totp_factors: TotpFactors
    recovery_codes: RecoveryCodes
    totp: Totp
    secret_box: SecretBox
    hasher: ports.PasswordHasher
    throttle: Throttle
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def by_app(self, user: User, code: SecretStr, actor: Actor) -> None:
        """Raise MfaInvalidCode unless it is a code of their app that was not used before."""
        limit = await self._count(user, actor)
        if not await self._use_step(user.id, code):
            raise await self._refused(user, "totp", actor)
        await self.throttle.forgive(limit)

    async def by_recovery_code(self, user: User, code: SecretStr, actor: Actor) -> None:
        """Raise MfaInvalidCode unless it is one of their recovery codes; tell them of its use."""
        limit = await self._count(user, actor)
        unused = await self.recovery_codes.unused(user.id)
        found = await self._among(unused, code)
        if found is None or not await self._use_up(found, user, len(unused) - 1, actor):
            raise await self._refused(user, "recovery_code", actor)
        await self.throttle.forgive(limit)

    async def _count(self, user: User, actor: Actor) -> tuple[Limit, str]:
        limit = (constants.CODES_BY_USER, str(user.id))
        try:
            await self.throttle.hit(limit)
        except RateLimited:
            await self._warn(user, actor)
            raise
        return limit

    async def _warn(self, user: User, actor: Actor) -> None:
        with suppress(RateLimited):  # one mail is enough
            await self.throttle.hit((constants.WARNINGS_BY_USER, str(user.id)))
            await self.jobs.defer(letters.codes_guessed(user, self.clock.now(), actor.ip))

    async def _use_step(self, user_id: UserId, code: SecretStr) -> bool:
        factor = await self.totp_factors.get(user_id)
        if factor is None or factor.confirmed_at is None:
            return False
        secret = self.secret_box.decrypt(factor.secret_box).decode()
        step = self.totp.step(secret, code.get_secret_value(), self.clock.now())
        return step is not None and await self.totp_factors.use(user_id, step)

    async def _among(
        self, unused: list[models.RecoveryCode], code: SecretStr
    ) -> models.RecoveryCode | None:
        given = recovery.as_kept(code)
        for one in unused:
            if await self.hasher.verify(given, one.code_hash):
                return one
        return None

    async def _use_up(self, code: models.RecoveryCode, user: User, left: int, actor: Actor) -> bool:
        now = self.clock.now()
        async with self.transaction():
            if not await self.recovery_codes.use(code.id, now):
                return False
            await self.audit.record(
                actor, "mfa.recovery_codes_used", target=("user", user.id), left=left
            )
            await self.jobs.defer(letters.recovery_code_used(user, now, actor.ip, left=left))
        return True

    async def _refused(self, user: User, method: str, actor: Actor) -> exceptions.MfaInvalidCode:
        await self.audit.record(
            actor, "auth.mfa_failed", target=("user", user.id), outcome="failure", method=method
        )
        return exceptions.MfaInvalidCode()
