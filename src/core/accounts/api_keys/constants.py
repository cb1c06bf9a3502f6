from datetime import timedelta
from typing import Final

from core.models import Limit

PREFIX: Final = "cak_"  # so that scanners of leaked secrets know it
SECRET_BYTES: Final = 32
ID_BYTES: Final = 16
CHECKSUM_BYTES: Final = 4

LONGEST_LIFE: Final = timedelta(days=3653)
USE_NOTED_EVERY: Final = timedelta(minutes=1)
SERVICE_ROLE: Final = "member"

FAILED_KEYS_BY_ADDRESS: Final = Limit(name="api_key", count=300, seconds=300)
