"""Numbers and names that collections stand by."""

from typing import Final

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
