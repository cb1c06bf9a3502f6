from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field

from core.billing.models import InboxEvent
from core.billing.schemas.subscriptions import ProviderId
from core.listing import ListRequest, Lists
from core.models import Job, Model, OrganizationId


class ReceiveEvent(Model):
    """A webhook as it came."""

    body: bytes = Field(repr=False)
    signature: str | None = None


class ReceivedView(Model):
    received: bool = True
    duplicate: bool = False


class WorkOffEvents(Job):
    """Look at one customer again because of what arrived about them."""

    name = "billing.work_off_events"

    lock_key: str


class SweepInbox(Job):
    """Take up events whose time has come and that no job looks after; forget old payloads."""

    name = "billing.sweep_inbox"
    lock = "billing.sweep_inbox"


class BackfillEvents(Job):
    """Fetch events that never arrived, of the last so many minutes."""

    name = "billing.backfill_events"
    lock = "billing.backfill_events"

    minutes: int = Field(default=60, ge=1, le=30 * 24 * 60)


class ResumeCommands(Job):
    """Finish what a process died over."""

    name = "billing.resume_commands"
    lock = "billing.resume_commands"


class ReconcileBilling(Job):
    """Look at every customer again, whatever did or did not arrive about them."""

    name = "billing.reconcile"
    lock = "billing.reconcile"


class SyncSeats(Job):
    """Pay for as many seats as an organization has members, once they stay so for a while."""

    name = "billing.sync_seats"

    organization_id: OrganizationId


class ReportUsage(Job):
    """Put what was used on the bills of those who pay by usage."""

    name = "billing.report_usage"
    lock = "billing.report_usage"


class SyncOrganization(Model):
    """Look at an organization's customer again, right now."""

    organization_id: OrganizationId


class EventReference(Model):
    event_id: ProviderId


class EventView(Model):
    """An event that arrived, and what became of it."""

    id: str
    type: str
    status: str
    attempts: int
    customer_id: str | None
    error: str | None
    received_at: datetime
    processed_at: datetime | None

    @classmethod
    def of(cls, arrived: InboxEvent) -> Self:
        return cls(
            id=arrived.event.id,
            type=arrived.event.type,
            status=arrived.status,
            attempts=arrived.attempts,
            customer_id=arrived.event.customer_id,
            error=arrived.error,
            received_at=arrived.received_at,
            processed_at=arrived.processed_at,
        )


class WholeEvent(EventView):
    """An event with what it said, until that is forgotten."""

    due_at: datetime
    payload: dict[str, Any]


class ReplayDeadEvents(Model):
    """Act once more on all events that were given up."""


class ListEvents(ListRequest):
    lists = Lists(
        EventView,
        "id type status attempts customer_id error received_at processed_at",
        "received_at",
        default="-received_at",
    )

    status: Literal["pending", "processed", "ignored", "dead"] | None = None
