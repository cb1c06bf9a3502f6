from datetime import datetime
from typing import Literal

from core.billing.catalogue import Rate
from core.billing.models.customers import PaymentMethod
from core.billing.money import Currency, Money
from core.models import Model, OrganizationId

type SubscriptionStatus = Literal[
    "incomplete",
    "incomplete_expired",
    "trialing",
    "active",
    "past_due",
    "canceled",
    "unpaid",
    "paused",
    "unknown",
]

type When = Literal["now", "period_end"]

type Proration = Literal["create_prorations", "always_invoice", "none"]


class Item(Model):
    """A price that is paid for, and how often. Its period is the one that is paid for now.

    There is no `rate` where a piece costs more or less by how many there are, or nobody knows.
    """

    id: str
    price_id: str
    lookup_key: str | None = None
    quantity: int | None = 1
    rate: Rate | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None


class Wanted(Model):
    """A price that shall be paid for, and how often; by usage if there is no quantity."""

    price_id: str
    quantity: int | None = None


class Pause(Model):
    """Invoices are made and kept as drafts, forgiven, or voided, until it resumes by itself."""

    behavior: Literal["keep_as_draft", "mark_uncollectible", "void"]
    resumes_at: datetime | None = None


class PendingChange(Model):
    """What a subscription will cost from then on."""

    lookup_key: str
    quantity: int | None = None
    at: datetime


class Subscription(Model):
    """What an organization pays for again and again, as the provider last told it.

    A change that was not paid has not happened: `unpaid_invoice_id` is what it waits for.
    """

    id: str
    customer_id: str
    status: SubscriptionStatus
    items: tuple[Item, ...] = ()
    currency: Currency | None = None
    created_at: datetime
    trial_start: datetime | None = None
    trial_end: datetime | None = None
    cancel_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    pause: Pause | None = None
    pending: PendingChange | None = None
    schedule_id: str | None = None
    latest_invoice_id: str | None = None
    unpaid_invoice_id: str | None = None
    payment_method: PaymentMethod | None = None

    @property
    def period_end(self) -> datetime | None:
        """When what was paid for ends."""
        return self.main.period_end if self.main else None

    @property
    def ends_at(self) -> datetime | None:
        """When it ends because somebody said so."""
        return self.cancel_at or (self.period_end if self.cancel_at_period_end else None)

    @property
    def main(self) -> Item | None:
        """What is paid for by quantity; whatever else there is goes by usage."""
        return next((item for item in self.items if item.quantity is not None), None)

    @property
    def lookup_key(self) -> str | None:
        return self.main.lookup_key if self.main else None


class Mirrored(Model):
    """A subscription as it was last fetched, and since when its payment is due."""

    organization_id: OrganizationId
    subscription: Subscription
    past_due_since: datetime | None = None
    fetched_at: datetime


class Preview(Model):
    """What a change would cost: at once, and each time from then on."""

    due_now: Money
    next: Money
    lines: tuple["PreviewLine", ...] = ()


class PreviewLine(Model):
    description: str
    amount: int
    proration: bool = False
