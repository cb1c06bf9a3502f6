"""What numbers say that others may want to hear of."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.models import OrganizationEvent


class AlertFired(OrganizationEvent):
    """A meter went over, or under, what it may in an hour, a day, a week or a month."""

    topic = "stats.alert_fired"

    alert_id: UUID
    title: str
    meter: str
    value: Decimal
    since: datetime


class AlertResolved(OrganizationEvent):
    """The meter is where it may be again: the next day began, say."""

    topic = "stats.alert_resolved"

    alert_id: UUID
    title: str
    meter: str
    value: Decimal
    since: datetime
