"""Rules that several use cases share."""

from typing import Any

from core.exceptions import FieldError, ValidationFailed
from core.models import Model
from core.stats import ports
from core.stats.reports import Dashboard


async def check_known(dashboard: Dashboard, reports: ports.Reports) -> None:
    """Refuse a dashboard of reports that the organization does not have."""
    found = await reports.some(dashboard.organization_id, dashboard.report_ids)
    known = {one.id for one in found}
    unknown = [
        FieldError(f"#/report_ids/{place}", "unknown_report", "There is no such report.")
        for place, one in enumerate(dashboard.report_ids)
        if one not in known
    ]
    if unknown:
        raise ValidationFailed(errors=unknown)


def told(command: Model, change: type[Model]) -> dict[str, Any]:
    """Return what a command changes of what may be changed."""
    fields = {name: getattr(command, name) for name in change.model_fields}
    return {name: value for name, value in fields.items() if value is not None}
