"""Events and numbers, in plain SQL."""

from adapters.postgres.stats.alerts import Alerts
from adapters.postgres.stats.answers import Answers
from adapters.postgres.stats.dashboards import Dashboards
from adapters.postgres.stats.event_names import EventNames
from adapters.postgres.stats.events import StatsEvents
from adapters.postgres.stats.journeys import Journeys
from adapters.postgres.stats.meters import StatsMeters
from adapters.postgres.stats.numbers import StatsNumbers
from adapters.postgres.stats.partitions import Partitions
from adapters.postgres.stats.reports import Reports
from adapters.postgres.stats.rollups import Rollups
from adapters.postgres.stats.turns import StatsTurns

__all__ = (
    "Alerts",
    "Answers",
    "Dashboards",
    "EventNames",
    "Journeys",
    "Partitions",
    "Reports",
    "Rollups",
    "StatsEvents",
    "StatsMeters",
    "StatsNumbers",
    "StatsTurns",
)
