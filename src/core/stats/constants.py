"""Numbers and names that the stats module stands by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

RETENTION: Final = timedelta(days=396)
AHEAD: Final = timedelta(minutes=5)
"""How far in the future an event may be: clocks differ."""

EVENTS_AT_ONCE: Final = 1000
IMPORTED_AT_ONCE: Final = 5000
PROPS: Final = 50
PROPS_BYTES: Final = 8 * 1024
TEXT: Final = 500
BUCKET: Final = timedelta(minutes=15)
"""Of a meter: hours would not be exact where the clock is half an hour off."""

NAMES: Final = 500
METERS: Final = 50
ALERTS: Final = 50
DIMENSIONS: Final = 4
COMBINATIONS: Final = 1000
"""Of dimensions that a meter tells apart in a day; all further ones are one."""

OTHER: Final = "$other"
STEP: Final = "$step"
"""The dimension of a histogram: which step of it."""

PRECISION: Final = 1.0408
CELLS: Final = 10_000
GROUPS: Final = 100
GROUP_BY: Final = 3
STEPS: Final = 8
PERIODS: Final = 60
SAMPLE: Final = 1000
"""How many of the newest events are looked at to tell what properties there are."""

REPORTS: Final = 200
DASHBOARDS: Final = 50
DASHBOARD_REPORTS: Final = 24
AT_ONCE: Final = 4
"""How many reports of a dashboard are run at a time."""

ANSWERS_KEPT: Final = timedelta(days=1)
"""For how long what came of a report may be told again."""

WIDTH: Final = 800
HEIGHT: Final = 400
DRAWN: Final = 10
"""Groups of a chart: more colours nobody tells apart."""

ASK_BYTES: Final = 16 * 1024
LATEST: Final = timedelta(days=1826)
"""The longest that a report may look back: never more than sixty months."""

SCAN: Final = 1000
MONTHS_AHEAD: Final = 3
QUERY_SECONDS: Final = 5
SYSTEM: Final = "$"
"""What events of our own begin with; nobody else's do."""

_ADMINS: Final = frozenset({"owner", "admin"})
_MEMBERS: Final = _ADMINS | {"member"}

STATS_READ: Final = Permission(
    name="stats:read", about="Ask for numbers.", roles=_MEMBERS | {"viewer"}
)
STATS_WRITE: Final = Permission(name="stats:write", about="Send events.", roles=_MEMBERS)
METERS_WRITE: Final = Permission(
    name="meters:write", about="Decide what is counted.", roles=_ADMINS
)
ALERTS_WRITE: Final = Permission(
    name="alerts:write", about="Decide when to be told of numbers.", roles=_ADMINS
)
REPORTS_WRITE: Final = Permission(
    name="reports:write", about="Keep reports and dashboards.", roles=_MEMBERS
)
PERMISSIONS: Final = (STATS_READ, STATS_WRITE, METERS_WRITE, ALERTS_WRITE, REPORTS_WRITE)
