"""Numbers that closing stands by."""

from datetime import timedelta
from typing import Final

DELETION_GRACE: Final = timedelta(days=30)
BATCH: Final = 20
