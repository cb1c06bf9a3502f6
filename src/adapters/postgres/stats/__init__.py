"""Events and numbers, in plain SQL."""

from adapters.postgres.stats.events import StatsEvents
from adapters.postgres.stats.meters import Rollups, StatsMeters
from adapters.postgres.stats.numbers import StatsNumbers
from adapters.postgres.stats.partitions import Partitions

__all__ = ("Partitions", "Rollups", "StatsEvents", "StatsMeters", "StatsNumbers")
