"""Numbers and names that records stand by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

SORTS: Final = 3
CURSOR: Final = 8000
NARROW: Final = 500
"""Up to so many records that an index finds are put in order by themselves."""

BATCH: Final = 1000
INLINE: Final = 1000
"""Rows that an import takes while the request waits; more become a job."""

CHUNK: Final = 500
IMPORT_ERRORS: Final = 100
IMPORT_BYTES: Final = 16 * 1024 * 1024
IMPORT_ROWS: Final = 100_000
IMPORTS_KEPT: Final = timedelta(days=7)
SCAN: Final = 500
EXPANDED: Final = 5
QUERY_SECONDS: Final = 5
HEARTBEAT: Final = timedelta(seconds=15)
SLACK: Final = timedelta(seconds=10)
"""By how much changes may become visible later than they are dated."""

_EVERYBODY: Final = frozenset({"owner", "admin", "billing", "member", "viewer"})

RECORDS_READ: Final = Permission(
    name="records:read",
    about="See records, of collections that let one's role.",
    roles=_EVERYBODY,
)
RECORDS_WRITE: Final = Permission(
    name="records:write",
    about="Make, change and delete records, of collections that let one's role.",
    roles=_EVERYBODY,
)
PERMISSIONS: Final = (RECORDS_READ, RECORDS_WRITE)
