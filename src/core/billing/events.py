"""What happens to what organizations pay for, and others may want to hear of."""

from datetime import datetime

from core.billing.models import MovementKind, SubscriptionStatus
from core.models import OrganizationEvent


class SubscriptionChanged(OrganizationEvent):
    """Its status or its plan is another one; None stands for none before, or none left."""

    topic = "billing.subscription_changed"

    subscription_id: str
    before: SubscriptionStatus | None
    after: SubscriptionStatus | None
    plan_before: str | None
    plan_after: str | None


class MrrChanged(OrganizationEvent):
    """What recurs of its payments, a month, became `mrr`: `delta` more than before, or less.

    Both in the currency's smallest unit. Another currency is a churn in the one and something new
    in the other.
    """

    topic = "billing.mrr_changed"

    kind: MovementKind
    delta: int
    mrr: int
    currency: str
    plan_before: str | None
    plan_after: str | None


class CancellationScheduled(OrganizationEvent):
    """It will end then, or no longer will: `ends_at` is None."""

    topic = "billing.cancellation_scheduled"

    subscription_id: str
    ends_at: datetime | None


class InvoicePaid(OrganizationEvent):
    topic = "billing.invoice_paid"

    invoice_id: str
    total: int
    currency: str


class PaymentFailed(OrganizationEvent):
    """An invoice is due and was not paid; what the subscription is for ends `until` then."""

    topic = "billing.payment_failed"

    subscription_id: str
    until: datetime


class DuplicateSubscription(OrganizationEvent):
    """An organization pays more than once: somebody made a second subscription by hand."""

    topic = "billing.duplicate_subscription"

    subscription_ids: tuple[str, ...]


class InvoiceRefunded(OrganizationEvent):
    """Money went back; `refunded` is how much of this invoice's so far."""

    topic = "billing.invoice_refunded"

    invoice_id: str
    refunded: int
    currency: str
