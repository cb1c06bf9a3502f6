from core.management.operations.service.export_audit_events import ExportAuditEvents
from core.management.operations.service.export_platform_audit import ExportPlatformAudit
from core.management.operations.service.get_platform_overview import GetPlatformOverview

__all__ = ("ExportAuditEvents", "ExportPlatformAudit", "GetPlatformOverview")
