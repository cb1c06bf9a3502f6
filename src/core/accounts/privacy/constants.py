"""Numbers that privacy stands by."""

from datetime import timedelta
from typing import Final

EXPORT_KEPT: Final = timedelta(days=7)
DELETION_GRACE: Final = timedelta(days=30)
BATCH: Final = 100
