"""Events and numbers in ClickHouse, for an installation that one PostgreSQL is too small for."""

from adapters.clickhouse.connection import Server
from adapters.clickhouse.database import Connection, Database
from adapters.clickhouse.erasure import OrganizationEvents
from adapters.clickhouse.event_names import EventNames
from adapters.clickhouse.events import StatsEvents
from adapters.clickhouse.figures import EventFigures
from adapters.clickhouse.journeys import Journeys
from adapters.clickhouse.numbers import StatsNumbers
from adapters.clickhouse.partitions import Partitions
from adapters.clickhouse.rollups import Rollups

__all__ = (
    "Connection",
    "Database",
    "EventFigures",
    "EventNames",
    "Journeys",
    "OrganizationEvents",
    "Partitions",
    "Rollups",
    "Server",
    "StatsEvents",
    "StatsNumbers",
)
