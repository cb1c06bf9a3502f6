"""Everything that can be done with events and numbers."""

from core.stats.service.backfill_meter import BackfillMeter
from core.stats.service.build_meter import BuildMeter
from core.stats.service.create_alert import CreateAlert
from core.stats.service.create_dashboard import CreateDashboard
from core.stats.service.create_meter import CreateMeter
from core.stats.service.create_report import CreateReport
from core.stats.service.delete_alert import DeleteAlert
from core.stats.service.delete_dashboard import DeleteDashboard
from core.stats.service.delete_meter import DeleteMeter
from core.stats.service.delete_report import DeleteReport
from core.stats.service.draw_report import DrawReport
from core.stats.service.draw_stats import DrawStats
from core.stats.service.drop_partitions import DropPartitions
from core.stats.service.erase_subject import EraseSubject
from core.stats.service.evaluate_alerts import EvaluateAlerts
from core.stats.service.export_events import ExportEvents
from core.stats.service.get_dashboard import GetDashboard
from core.stats.service.get_limits import GetLimits
from core.stats.service.get_meter import GetMeter
from core.stats.service.get_overview import GetOverview
from core.stats.service.get_report import GetReport
from core.stats.service.get_stats_event import GetStatsEvent
from core.stats.service.import_events import ImportEvents
from core.stats.service.ingest_events import IngestEvents
from core.stats.service.list_alerts import ListAlerts
from core.stats.service.list_dashboards import ListDashboards
from core.stats.service.list_meters import ListMeters
from core.stats.service.list_names import ListNames
from core.stats.service.list_partitions import ListPartitions
from core.stats.service.list_props import ListProps
from core.stats.service.list_reports import ListReports
from core.stats.service.list_stats_events import ListStatsEvents
from core.stats.service.maintain_partitions import MaintainPartitions
from core.stats.service.query_funnel import QueryFunnel
from core.stats.service.query_meter import QueryMeter
from core.stats.service.query_retention import QueryRetention
from core.stats.service.query_stats import QueryStats
from core.stats.service.query_top import QueryTop
from core.stats.service.record_platform_event import RecordPlatformEvent
from core.stats.service.record_system_event import RecordSystemEvent
from core.stats.service.run_dashboard import RunDashboard
from core.stats.service.run_report import RunReport
from core.stats.service.update_dashboard import UpdateDashboard
from core.stats.service.update_meter import UpdateMeter
from core.stats.service.update_report import UpdateReport
from core.stats.service.verify_meter import VerifyMeter

__all__ = (
    "BackfillMeter",
    "BuildMeter",
    "CreateAlert",
    "CreateDashboard",
    "CreateMeter",
    "CreateReport",
    "DeleteAlert",
    "DeleteDashboard",
    "DeleteMeter",
    "DeleteReport",
    "DrawReport",
    "DrawStats",
    "DropPartitions",
    "EraseSubject",
    "EvaluateAlerts",
    "ExportEvents",
    "GetDashboard",
    "GetLimits",
    "GetMeter",
    "GetOverview",
    "GetReport",
    "GetStatsEvent",
    "ImportEvents",
    "IngestEvents",
    "ListAlerts",
    "ListDashboards",
    "ListMeters",
    "ListNames",
    "ListPartitions",
    "ListProps",
    "ListReports",
    "ListStatsEvents",
    "MaintainPartitions",
    "QueryFunnel",
    "QueryMeter",
    "QueryRetention",
    "QueryStats",
    "QueryTop",
    "RecordPlatformEvent",
    "RecordSystemEvent",
    "RunDashboard",
    "RunReport",
    "UpdateDashboard",
    "UpdateMeter",
    "UpdateReport",
    "VerifyMeter",
)
