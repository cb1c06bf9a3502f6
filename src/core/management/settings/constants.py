"""Numbers and names that settings stand by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

TEXT: Final = 500
JSON_BYTES: Final = 16 * 1024
GOOD_FOR: Final = timedelta(seconds=2)
"""How long a process believes what it last read of a setting that it acts by."""

_ADMINS: Final = frozenset({"owner", "admin"})

SETTINGS_READ: Final = Permission(
    name="settings:read",
    about="See the organization's settings.",
    roles=_ADMINS | {"billing", "member", "viewer"},
)
SETTINGS_WRITE: Final = Permission(
    name="settings:write", about="Change the organization's settings.", roles=_ADMINS
)
PERMISSIONS: Final = (SETTINGS_READ, SETTINGS_WRITE)
