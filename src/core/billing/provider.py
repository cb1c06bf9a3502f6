"""What the billing module asks of a payment provider.

Every write takes an idempotency key: asked again under it, the provider answers as it did the first
time and does nothing. Whatever goes wrong is one of CardDeclined, ProviderRejected,
ProviderNotFound, ProviderUnavailable, ProviderMisconfigured.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.billing.catalogue import Plan, Price
from core.billing.models import (
    Checkout,
    CheckoutOrder,
    Customer,
    Invoice,
    Pause,
    PaymentMethod,
    Preview,
    Proration,
    ProviderEvent,
    Subscription,
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

    async def expire(self, checkout_id: str, *, key: str) -> None:
        """Close an open page; one that is over stays as it is."""

    async def portal(self, customer_id: str, return_url: str, *, key: str) -> str:
        """Return the address of a page where a customer looks after their payments."""


class SubscriptionReader(Protocol):
    async def of(self, customer_id: str) -> list[Subscription]:
        """Return all that a customer has and ever had."""

    async def preview(
        self,
        subscription: Subscription,
        *,
        price_id: str | None,
        quantity: int | None,
        proration: Proration,
    ) -> Preview: ...


class SubscriptionWriter(Protocol):
    async def change(
        self,
        subscription: Subscription,
        *,
        price_id: str | None,
        quantity: int | None,
        proration: Proration,
        key: str,
    ) -> Subscription:
        """Change what is paid for at once; the change is pending until it is paid."""

    async def schedule(
        self, subscription: Subscription, *, price_id: str, quantity: int, key: str
    ) -> Subscription:
        """Change what is paid for when the period ends."""

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

    async def pay(self, invoice_id: str, *, key: str) -> Invoice:
        """Charge what is open; raise CardDeclined."""


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

    async def prices(self) -> dict[str, str]:
        """Return the ids of prices that are sold, by their lookup keys."""

    async def put(self, plan: Plan, price: Price, *, key: str) -> str:
        """Have a price under its lookup key, which goes over from an older one; return its id."""
