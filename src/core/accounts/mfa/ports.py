from datetime import datetime
from typing import Protocol

from core.accounts.mfa import models
from core.models import UserId


class Totp(Protocol):
    """Codes that change with time, as authenticator apps show them (RFC 6238): six digits, 30 s."""

    def secret(self) -> str:
        """Return a fresh secret in base32."""

    def address(self, secret: str, *, account: str, issuer: str) -> str:
        """Return the otpauth: address that an app reads as a QR code."""

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the step of time whose code this is: the current one, or one beside it."""


class TotpFactors(Protocol):
    async def add(self, factor: models.TotpFactor) -> None:
        """Keep a new one in place of the user's unconfirmed one.

        Raise TotpAlreadyEnabled if theirs is confirmed.
        """

    async def get(self, user_id: UserId) -> models.TotpFactor | None: ...

    async def confirm(self, factor: models.TotpFactor, step: int, at: datetime) -> bool:
        """Confirm it by the code of a step, which counts as used.

        False if it is confirmed already, or another one took its place since it was read.
        """

    async def use(self, user_id: UserId, step: int) -> bool:
        """Note that a step's code was used: of many at once, one is told True.

        False if that code or a later one was used before, or nothing is confirmed.
        """

    async def remove(self, user_id: UserId) -> None: ...


class RecoveryCodes(Protocol):
    async def replace(self, user_id: UserId, codes: list[models.RecoveryCode]) -> None:
        """Keep these in place of all that the user had; none is fine."""

    async def unused(self, user_id: UserId) -> list[models.RecoveryCode]: ...

    async def use(self, code_id: models.RecoveryCodeId, at: datetime) -> bool:
        """Use one up: of many at once, one is told True."""
