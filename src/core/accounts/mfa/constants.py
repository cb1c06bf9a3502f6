from typing import Final

from core.models import Limit

CODES_BY_USER: Final = Limit(name="mfa_code", count=5, seconds=900)
WARNINGS_BY_USER: Final = Limit(name="mfa_warning", count=1, seconds=3600)

RECOVERY_CODES: Final = 10
RECOVERY_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32, RFC 4648 6
RECOVERY_LENGTH: Final = 10  # 50 bits
