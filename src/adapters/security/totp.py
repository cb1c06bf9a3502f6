from datetime import datetime
from typing import override

import pyotp
from pyotp.exceptions import OTPVerificationError

from core.accounts.mfa import ports


class Totp(ports.Totp):
    """As every app knows them: SHA-1, six digits, 30 seconds, with a secret of 160 bits."""

    @override
    def secret(self) -> str:
        return pyotp.random_base32()

    @override
    def address(self, secret: str, *, account: str, issuer: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)

    @override
    def step(self, secret: str, code: str, now: datetime) -> int | None:
        try:
            return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=1)
        except OTPVerificationError:
            return None
