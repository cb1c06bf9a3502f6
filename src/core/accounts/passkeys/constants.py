from datetime import timedelta
from typing import Final

from core.models import Limit

CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
EXCLUDED: Final = 100  # passkeys that are named to an authenticator, so that it makes no second
NAME: Final = "Passkey"
AMR: Final = ("pop", "user", "mfa")  # RFC 8176: a key was held, a person was there, two factors

CHALLENGES_BY_ADDRESS: Final = Limit(name="passkey_challenge", count=30, seconds=300)
ANSWERS_BY_ADDRESS: Final = Limit(name="passkey_answer", count=30, seconds=300)
