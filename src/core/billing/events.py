"""What happens to what organizations pay for, and others may want to hear of."""

from datetime import datetime

from core.billing.models import SubscriptionStatus
from core.models import Event, OrganizationId


class SubscriptionChanged(Event):
    """Its status or its plan is another one; None stands for none before, or none left."""

    topic = "billing.subscription_changed"

    organization_id: OrganizationId
    subscription_id: str
    before: SubscriptionStatus | None
    after: SubscriptionStatus | None
    plan_before: str | None
    plan_after: str | None
    at: datetime


class CancellationScheduled(Event):
    """It will end then, or no longer will: `ends_at` is None."""

    topic = "billing.cancellation_scheduled"

    organization_id: OrganizationId
    subscription_id: str
    ends_at: datetime | None
    at: datetime


class InvoicePaid(Event):
    topic = "billing.invoice_paid"

    organization_id: OrganizationId
    invoice_id: str
    total: int
    currency: str
    at: datetime


class PaymentFailed(Event):
    """An invoice is due and was not paid; what the subscription is for ends `until` then."""

    topic = "billing.payment_failed"

    organization_id: OrganizationId
    subscription_id: str
    until: datetime
    at: datetime


class DuplicateSubscription(Event):
    """An organization pays more than once: somebody made a second subscription by hand."""

    topic = "billing.duplicate_subscription"

    organization_id: OrganizationId
    subscription_ids: tuple[str, ...]
    at: datetime


class InvoiceRefunded(Event):
    """Money went back; `refunded` is how much of this invoice's so far."""

    topic = "billing.invoice_refunded"

    organization_id: OrganizationId
    invoice_id: str
    refunded: int
    currency: str
    at: datetime
