"""Everything the sandbox knows, in one document."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from core.billing.catalogue import Rate
from core.billing.exceptions import ProviderRejected
from core.billing.models import (
    Checkout,
    CheckoutOrder,
    Customer,
    Endpoint,
    Invoice,
    Item,
    ListedPrice,
    PaymentMethod,
    ProviderEvent,
    Refund,
    Subscription,
    TestClock,
    UsageReport,
)

DECLINED = "0002"
"""The last digits of a card that is declined at once."""

DECLINED_LATER = "0341"
"""Of one that pays the first time, and never again."""

CONFIRMS = "3184"
"""Of one whose bank wants each payment confirmed by its holder."""


class SoldPrice(ListedPrice):
    """A price, and what the plan was called that it was made for."""

    plan: str

    @property
    def sold(self) -> dict[str, Any]:
        """What an item says of it."""
        return {"price_id": self.id, "lookup_key": self.lookup_key, "rate": Rate.of(self)}


class Page(BaseModel):
    """A payment page, and what is paid for there."""

    order: CheckoutOrder
    checkout: Checkout


class State(BaseModel):
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    count: int = 0
    customers: dict[str, Customer] = Field(default_factory=dict)
    methods: dict[str, list[PaymentMethod]] = Field(default_factory=dict)
    prices: dict[str, SoldPrice] = Field(default_factory=dict)
    sold_as: dict[str, str] = Field(default_factory=dict)
    """The id of the price that has each lookup key now."""
    pages: dict[str, Page] = Field(default_factory=dict)
    subscriptions: dict[str, Subscription] = Field(default_factory=dict)
    invoices: dict[str, Invoice] = Field(default_factory=dict)
    waiting: dict[str, tuple[Item, ...]] = Field(default_factory=dict)
    """What will be paid for once an invoice is."""
    refunds: list[Refund] = Field(default_factory=list)
    usage: dict[str, UsageReport] = Field(default_factory=dict)
    events: list[ProviderEvent] = Field(default_factory=list)
    endpoints: dict[str, Endpoint] = Field(default_factory=dict)
    clocks: dict[str, TestClock] = Field(default_factory=dict)
    lives_by: dict[str, str] = Field(default_factory=dict)
    """The clock of each customer who lives by one."""
    answers: dict[str, Any] = Field(default_factory=dict)
    """What was answered under each idempotency key."""

    def id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_sandbox{self.count:06}"

    def time_of(self, customer_id: str) -> datetime:
        """Return what time it is for a customer."""
        clock = self.clocks.get(self.lives_by.get(customer_id, ""))
        return clock.now if clock else self.now

    def price(self, price_id: str) -> SoldPrice:
        if price_id not in self.prices:
            raise ProviderRejected(provider_code="resource_missing", param="price")
        return self.prices[price_id]

    def paying(self, customer_id: str) -> Customer:
        """Return a customer who can be asked for money."""
        customer = self.customers.get(customer_id)
        if customer is None or customer.deleted:
            raise ProviderRejected(provider_code="resource_missing", param="customer")
        return customer

    def card(self, customer_id: str) -> str | None:
        """Return the last digits of the card that a customer pays by."""
        method = self.customers[customer_id].payment_method
        return method.last4 if method else None

    def pays(self, customer_id: str) -> bool:
        """Tell whether the bank goes on paying for the customer's card, without a question."""
        return self.card(customer_id) not in {None, DECLINED, DECLINED_LATER, CONFIRMS}

    def happened(self, kind: str, customer_id: str, object_id: str) -> None:
        self.events.append(
            ProviderEvent(
                id=self.id("evt"),
                type=kind,
                created_at=self.now,
                live=False,
                customer_id=customer_id,
                object_id=object_id,
            )
        )
