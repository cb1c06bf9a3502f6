"""Numbers and names that feature flags stand by."""

from typing import Final

from core.models import Permission

FLAGS: Final = 200
"""Of an organization."""

VARIANTS: Final = 20
RULES: Final = 50
CONDITIONS: Final = 10
VALUES: Final = 100
"""In the list of one condition."""

TEXT: Final = 4096
NUMBER: Final = 2**53 - 1
"""The largest that every JSON parser keeps exactly (RFC 8259 6)."""

DEPTH: Final = 10
FLAG_BYTES: Final = 32 * 1024
"""Of variants and rules, as JSON."""

BUCKETS: Final = 10_000
"""Into which people fall: a hundredth of a percent each."""

PIECES: Final = 500
"""Of a split; one that was changed so often that it has more is laid out afresh."""

TARGETING_KEY: Final = "targetingKey"
"""The member of a context that says who it is, as OFREP names it."""

_ADMINS: Final = frozenset({"owner", "admin"})
_MEMBERS: Final = _ADMINS | {"member"}

FLAGS_READ: Final = Permission(
    name="flags:read", about="See feature flags and ask what they say.", roles=_MEMBERS | {"viewer"}
)
FLAGS_WRITE: Final = Permission(
    name="flags:write", about="Decide what is switched on for whom.", roles=_ADMINS
)
PERMISSIONS: Final = (FLAGS_READ, FLAGS_WRITE)
