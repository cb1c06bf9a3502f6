"""What the billing module asks of a payment provider.

Every write takes an idempotency key: asked again under it, the provider answers as it did the first
time and does nothing. Whatever goes wrong is one of CardDeclined, ProviderRejected,
ProviderNotFound, ProviderUnavailable, ProviderMisconfigured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.billing.catalogue import Plan, Price
from core.billing.models import (
    Checkout,
    CheckoutOrder,
    CommandId,
    Customer,
    Endpoint,
    Invoice,
    ListedPrice,
    Pause,
    Payment,
    PaymentMethod,
    PortalOrder,
    Preview,
    Proration,
    ProviderEvent,
    Refund,
    RefundOrder,
    Subscription,
    TestClock,
    UsageReport,
    Wanted,
    When,
)
from core.models import OrganizationId


class Customers(Protocol):
    async def create(self, customer: Customer, metadata: dict[str, str], *, key: str) -> Customer:
        """Make a customer; the id that is given with it does not count."""

    async def get(self, customer_id: str) -> Customer | None:
        """Return a customer, `deleted` if it was; None if there never was one."""

    async def find(self, organization_id: OrganizationId) -> Customer | None:
        """Return the customer that was made for an organization, if there is one."""


class Checkouts(Protocol):
    async def open(self, order: CheckoutOrder, *, key: str) -> Checkout: ...

    async def get(self, checkout_id: str) -> Checkout | None: ...

    async def made_for(self, customer_id: str, command_id: CommandId) -> Checkout | None:
        """Return the open page that was made for an order, whoever died before they kept it."""

    async def expire(self, checkout_id: str, *, key: str) -> None:
        """Close an open page; one that is over stays as it is."""

    async def portal(self, order: PortalOrder, *, key: str) -> str:
        """Return the address of a page where a customer looks after their payments."""


class SubscriptionReader(Protocol):
    async def of(self, customer_id: str) -> list[Subscription]:
        """Return all that a customer has and ever had."""

    async def preview(
        self, subscription: Subscription, wanted: Sequence[Wanted], proration: Proration
    ) -> Preview:
        """Return what it would cost to change to that at once."""


class SubscriptionWriter(Protocol):
    async def change(
        self,
        subscription: Subscription,
        wanted: Sequence[Wanted],
        proration: Proration,
        *,
        key: str,
    ) -> Subscription:
        """Change what is paid for at once; what must be paid first waits for that."""

    async def schedule(
        self,
        subscription: Subscription,
        wanted: Sequence[Wanted],
        lookup_key: str,
        *,
        key: str,
    ) -> Subscription:
        """Change what is paid for when the period ends: to a price by that name."""

    async def release(self, subscription: Subscription, *, key: str) -> Subscription:
        """Forget a scheduled change."""

    async def cancel(self, subscription: Subscription, *, when: When, key: str) -> Subscription: ...

    async def keep(self, subscription: Subscription, *, key: str) -> Subscription:
        """Take a cancellation back that has not come yet."""

    async def pause(
        self, subscription: Subscription, pause: Pause | None, *, key: str
    ) -> Subscription:
        """Stop collecting payments; None: collect them again."""


class Invoices(Protocol):
    async def of(self, customer_id: str, *, limit: int) -> list[Invoice]:
        """Return a customer's invoices, the newest first."""

    async def get(self, invoice_id: str) -> Invoice | None: ...

    async def pay(self, invoice_id: str, *, key: str) -> Payment:
        """Charge what is open; raise CardDeclined."""

    async def payment(self, invoice_id: str) -> Payment:
        """Return where an invoice's payment stands."""

    async def void(self, invoice_id: str, *, key: str) -> None:
        """Ask for the invoice's money no more; a change that waits for it will not happen."""


class Refunds(Protocol):
    async def of(self, customer_id: str) -> list[Refund]:
        """Return what went back to a customer, the newest first."""

    async def make(self, order: RefundOrder, *, key: str) -> Refund: ...


class PaymentMethods(Protocol):
    async def of(self, customer_id: str) -> list[PaymentMethod]: ...

    async def begin(self, customer_id: str, *, key: str) -> str:
        """Return the secret with which a page adds a payment method by itself."""

    async def choose(self, customer_id: str, payment_method_id: str, *, key: str) -> None:
        """Have a customer pay by this one."""

    async def detach(self, payment_method_id: str, *, key: str) -> None: ...


class ProviderEvents(Protocol):
    async def since(
        self, moment: datetime, types: Sequence[str], *, limit: int
    ) -> list[ProviderEvent]:
        """Return what happened since then, the oldest first."""


class Shop(Protocol):
    """What is sold, at the provider."""

    async def prices(self) -> dict[str, ListedPrice]:
        """Return the prices that are sold, by their lookup keys."""

    async def put(self, plan: Plan, price: Price, *, key: str) -> str:
        """Have a price under its lookup key, which goes over from an older one; return its id.

        Who pays by the older one goes on doing so, and it is still known by that lookup key.
        """


class UsageReports(Protocol):
    async def report(self, used: UsageReport) -> None:
        """Have usage put on the bill."""


class Endpoints(Protocol):
    """Where the provider sends its webhooks."""

    @property
    def api_version(self) -> str:
        """Return the version of the provider's API that we speak."""

    async def all(self) -> list[Endpoint]: ...

    async def create(self, url: str, types: Sequence[str], *, key: str) -> Endpoint:
        """Have events of these types sent there, in the version that we speak."""

    async def delete(self, endpoint_id: str) -> None:
        """Send nothing there any more; one that is gone already is fine."""


class TestClocks(Protocol):
    """Customers that live in a time of their own, to try what months will bring."""

    async def create(self, name: str, now: datetime, *, key: str) -> TestClock: ...

    async def get(self, clock_id: str) -> TestClock | None: ...

    async def admit(self, clock_id: str, customer: Customer, metadata: dict[str, str]) -> Customer:
        """Make a customer who lives by the clock."""

    async def advance(self, clock_id: str, now: datetime) -> TestClock:
        """Let time pass; what happens meanwhile takes a while until the clock is `ready`."""

    async def delete(self, clock_id: str) -> None:
        """Delete the clock with its customers."""


@dataclass(frozen=True)
class PaymentProvider:
    """All that one provider does for us."""

    customers: Customers
    checkouts: Checkouts
    subscription_reader: SubscriptionReader
    subscription_writer: SubscriptionWriter
    invoices: Invoices
    refunds: Refunds
    payment_methods: PaymentMethods
    provider_events: ProviderEvents
    shop: Shop
    usage_reports: UsageReports
    endpoints: Endpoints
    test_clocks: TestClocks
