"""What the billing module keeps and speaks of. Ids of the provider's are text."""

from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

from pydantic import Field

from core.billing.catalogue import Catalogue, Feature, Interval, Price
from core.billing.money import Currency, Money
from core.models import Model, OrganizationId

CommandId = NewType("CommandId", UUID)

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
type InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void", "unknown"]
type When = Literal["now", "period_end"]
type RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]
type Proration = Literal["create_prorations", "always_invoice", "none"]


class PaymentMethod(Model):
    """How somebody pays: what is fit to be shown, and nothing that could be charged with."""

    id: str
    type: str = "card"
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None


class Customer(Model):
    """Whom the provider charges. `organization_id` is what we said when we made it."""

    id: str
    organization_id: OrganizationId | None = None
    email: str | None = None
    name: str | None = None
    currency: Currency | None = None
    delinquent: bool = False
    payment_method: PaymentMethod | None = None
    deleted: bool = False


class Account(Model):
    """An organization as one who pays. Without a `customer_id` it never did."""

    organization_id: OrganizationId
    customer_id: str | None = None
    email: str | None = None
    name: str | None = None
    currency: Currency | None = None
    delinquent: bool = False
    payment_method: PaymentMethod | None = None
    trial_used_at: datetime | None = None
    synced_at: datetime | None = None


class Item(Model):
    """A price that is paid for, and how often. Its period is the one that is paid for now."""

    id: str
    price_id: str
    lookup_key: str | None = None
    quantity: int | None = 1
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


class Invoice(Model):
    id: str
    customer_id: str
    subscription_id: str | None = None
    number: str | None = None
    status: InvoiceStatus
    reason: str | None = None
    currency: Currency
    total: int
    tax: int = 0
    paid: int = 0
    remaining: int = 0
    created_at: datetime
    due_at: datetime | None = None
    paid_at: datetime | None = None
    refunded: int = 0
    hosted_url: str | None = None
    pdf_url: str | None = None


class Payment(Model):
    """Where the payment of an invoice stands.

    `requires_action`: its payer has to confirm it with their bank, on a page of ours by
    `client_secret` or on the provider's at `hosted_url`.
    """

    invoice_id: str
    status: Literal["paid", "processing", "requires_action", "declined"]
    client_secret: str | None = Field(default=None, repr=False)
    hosted_url: str | None = None
    decline_code: str | None = None


class Refund(Model):
    """Money that went back. `command_id` is that of the order it was made for, if it was ours."""

    id: str
    invoice_id: str | None = None
    amount: int
    currency: Currency
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled", "unknown"]
    reason: str | None = None
    command_id: CommandId | None = None
    created_at: datetime

    @property
    def counts(self) -> bool:
        """Tell whether the money went back, or will."""
        return self.status not in {"failed", "canceled"}


class RefundOrder(Model):
    """What is to go back of what was paid for an invoice."""

    invoice_id: str
    amount: int
    reason: RefundReason
    command_id: CommandId
    metadata: dict[str, str]


class MirroredInvoice(Model):
    organization_id: OrganizationId
    invoice: Invoice
    fetched_at: datetime


class Checkout(Model):
    """A page of the provider's where somebody pays. `url` is there while it is open.

    `command_id` is that of the order it was opened for, as far as we remember.
    """

    id: str
    customer_id: str
    status: Literal["open", "complete", "expired"]
    url: str | None = None
    expires_at: datetime
    subscription_id: str | None = None
    command_id: CommandId | None = None


class CheckoutOrder(Model):
    """What somebody is about to pay for."""

    customer_id: str
    wanted: tuple[Wanted, ...]
    trial_days: int = 0
    success_url: str
    cancel_url: str
    promotion_codes: bool = False
    locale: str | None = None
    command_id: CommandId
    metadata: dict[str, str]


class Preview(Model):
    """What a change would cost: at once, and each time from then on."""

    due_now: Money
    next: Money
    lines: tuple["PreviewLine", ...] = ()


class PreviewLine(Model):
    description: str
    amount: int
    proration: bool = False


class ListedPrice(Model):
    """A price as the provider has it. Prices never change there, they are replaced."""

    id: str
    lookup_key: str
    amount: int
    currency: Currency
    interval: Interval
    interval_count: int = 1
    metered: bool = False

    def is_for(self, price: Price) -> bool:
        """Tell whether this is what the catalogue asks for."""
        return (
            self.amount == price.amount
            and self.currency == price.currency
            and self.interval == price.interval
            and self.interval_count == price.interval_count
            and self.metered is (price.role == "metered")
        )


class AppliedCatalogue(Model):
    """What is sold since then, and the provider's ids of its prices by their lookup keys."""

    version: int
    catalogue: Catalogue
    price_ids: dict[str, str] = Field(default_factory=dict)
    applied_at: datetime


class Override(Model):
    """A feature that one organization has though its plan says otherwise."""

    organization_id: OrganizationId
    feature_key: str
    feature: Feature | None
    expires_at: datetime | None = None


class ProviderEvent(Model):
    """Something happened at the provider: a hint to look at a customer again, and no more."""

    id: str
    type: str
    created_at: datetime
    live: bool
    customer_id: str | None = None
    object_id: str | None = None
    payload: dict[str, Any] = Field(default_factory=dict, repr=False)


class Endpoint(Model):
    """Where the provider sends webhooks. Its secret is told once, when it is made."""

    id: str
    url: str
    enabled: bool = True
    api_version: str | None = None
    types: tuple[str, ...] = ()
    secret: str | None = Field(default=None, repr=False)


class TestClock(Model):
    """A time of its own that customers of a test may live in."""

    __test__ = False  # it is no test class, though its name begins like one

    id: str
    name: str
    now: datetime
    ready: bool = True


class UsageReport(Model):
    """So much was used, told once however often it is told: by `id`."""

    id: str
    customer_id: str
    meter: str
    value: int
    at: datetime


class InboxEvent(Model):
    """An event that arrived, and what became of it."""

    event: ProviderEvent
    status: Literal["pending", "processed", "ignored", "dead"] = "pending"
    attempts: int = 0
    due_at: datetime
    error: str | None = None
    received_at: datetime
    processed_at: datetime | None = None

    @property
    def lock_key(self) -> str:
        """Whom it is about: events of one are worked off one after another."""
        return self.event.customer_id or self.event.object_id or self.event.id


class Outcome(Model):
    """What came of an order: what was made, or the invoice whose payment was begun by it."""

    id: str | None = None
    invoice_id: str | None = None


class Command(Model):
    """A change that we ask the provider for, written down before we ask.

    Its id is in the key of each request, so that however often it is tried it happens once.
    """

    id: CommandId
    organization_id: OrganizationId
    kind: str
    params: dict[str, Any]
    digest: bytes
    client_key: bytes | None = None
    status: Literal["pending", "done", "failed"] = "pending"
    attempt: int = 0
    result: Outcome | None = None
    error: str | None = None
    created_at: datetime
    updated_at: datetime

    def key(self, step: str) -> str:
        """Return the provider's idempotency key for one of its requests."""
        again = f":{self.attempt}" if self.attempt else ""
        return f"core:{self.id}:{step}{again}"
