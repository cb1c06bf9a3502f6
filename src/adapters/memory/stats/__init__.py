"""Events and numbers, in dictionaries."""

from adapters.memory.stats.alerts import Alerts
from adapters.memory.stats.answers import Answers
from adapters.memory.stats.events import EventNames, StatsEvents
from adapters.memory.stats.journeys import Journeys
from adapters.memory.stats.meters import Rollups, StatsMeters
from adapters.memory.stats.numbers import StatsNumbers
from adapters.memory.stats.partitions import Partitions
from adapters.memory.stats.reports import Dashboards, Reports

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
)
