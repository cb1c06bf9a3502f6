"""Everything that can be done with events and numbers."""

from core.stats.service.create_meter import CreateMeter
from core.stats.service.delete_meter import DeleteMeter
from core.stats.service.erase_subject import EraseSubject
from core.stats.service.get_stats_event import GetStatsEvent
from core.stats.service.ingest_events import IngestEvents
from core.stats.service.list_meters import ListMeters
from core.stats.service.list_names import ListNames
from core.stats.service.list_stats_events import ListStatsEvents
from core.stats.service.maintain_partitions import MaintainPartitions
from core.stats.service.query_meter import QueryMeter
from core.stats.service.query_stats import QueryStats
from core.stats.service.record_system_event import RecordSystemEvent

__all__ = (
    "CreateMeter",
    "DeleteMeter",
    "EraseSubject",
    "GetStatsEvent",
    "IngestEvents",
    "ListMeters",
    "ListNames",
    "ListStatsEvents",
    "MaintainPartitions",
    "QueryMeter",
    "QueryStats",
    "RecordSystemEvent",
)
