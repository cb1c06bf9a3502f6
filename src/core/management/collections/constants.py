"""Numbers and names that collections stand by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

COLLECTIONS: Final = 200
FIELDS: Final = 64
INDEXED: Final = 8
RECORD_BYTES: Final = 64 * 1024
TEXT: Final = 10_000
RICH_TEXT: Final = 60_000
URL: Final = 2000
INDEXED_TEXT: Final = 256
"""Characters of a text that the side index knows: a longer one would be known in part alone."""

OPTIONS: Final = 200
ITEMS: Final = 200
DIGITS: Final = 38
INDEXED_DIGITS: Final = 15
"""Which a double tells apart and puts in order, each of them."""

SAFE: Final = 2**53 - 1
"""The largest whole number that every reader of JSON takes for what it is (RFC 8259 6)."""

DEPTH: Final = 32
RESERVED: Final = frozenset(
    {
        *("id", "version", "schema_version", "created_at", "updated_at", "deleted_at"),
        *("created_by", "updated_by"),
    }
)

RESERVED_COLLECTIONS: Final = frozenset({"apply", "templates"})
"""What stands where a collection's key does, in an address."""

KEPT_DELETED: Final = timedelta(days=30)
BATCH: Final = 500
"""Records that are looked at, or written anew, at once."""

SCANNED: Final = 100_000
"""Records that a plan looks at, at most."""

VIOLATIONS: Final = 100

_ADMINS: Final = frozenset({"owner", "admin"})

COLLECTIONS_READ: Final = Permission(
    name="collections:read",
    about="See what collections there are, and what a record of each holds.",
    roles=_ADMINS | {"billing", "member", "viewer"},
)
COLLECTIONS_WRITE: Final = Permission(
    name="collections:write", about="Define, change and delete collections.", roles=_ADMINS
)
PERMISSIONS: Final = (COLLECTIONS_READ, COLLECTIONS_WRITE)
