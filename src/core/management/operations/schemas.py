from datetime import datetime

from core.audit import AuditFilter
from core.jobs.models import JobNumbers
from core.management.operations.figures import AccountNumbers, FileNumbers, WebhookNumbers
from core.models import Model


class BillingNumbers(Model):
    """Subscriptions by status, and what is paid a month by currency, in its smallest unit."""

    subscriptions: dict[str, int]
    mrr: dict[str, int]


class Overview(Model):
    """The installation at a glance; a part that could not be read is null."""

    at: datetime
    accounts: AccountNumbers | None
    billing: BillingNumbers | None
    files: FileNumbers | None
    events_today: int | None
    jobs: JobNumbers | None
    webhooks: WebhookNumbers | None


class ExportAudit(AuditFilter):
    """Which audit events; all of them unless said otherwise."""
