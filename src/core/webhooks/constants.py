"""Numbers and names that outgoing webhooks stand by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long to wait after each try that failed; then a message is given up (Standard Webhooks)."""

GIVES_UP_AFTER: Final = timedelta(days=5)
"""For which nothing arrives before an endpoint is switched off."""

OLDER_SECRET_FOR: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=30)
LEASE: Final = timedelta(seconds=60)
ENDPOINTS: Final = 20
AT_ONCE: Final = 50
PING: Final = "webhooks.ping"

_ADMINS: Final = frozenset({"owner", "admin"})

WEBHOOKS_READ: Final = Permission(
    name="webhooks:read", about="See webhooks and what was sent.", roles=_ADMINS
)
WEBHOOKS_WRITE: Final = Permission(
    name="webhooks:write", about="Decide where webhooks go.", roles=_ADMINS
)
PERMISSIONS: Final = (WEBHOOKS_READ, WEBHOOKS_WRITE)
