from datetime import timedelta
from typing import Final

from core.models import Limit

LIFETIME: Final = timedelta(minutes=10)
CHALLENGE_SEAL: Final = "accounts/mail_login_challenge"
CODES_BY_IDENTIFIER: Final = Limit(name="mail_code", count=5, seconds=900)
