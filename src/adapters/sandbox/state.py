"""Everything the sandbox knows, in one document."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from core.billing.models import (
    Checkout,
    CheckoutOrder,
    Customer,
    Invoice,
    PaymentMethod,
    ProviderEvent,
    Subscription,
)

DECLINED = "0002"
"""The last digits of a card that is declined at once."""

DECLINED_LATER = "0341"
"""Of one that pays the first time, and never again."""


class SoldPrice(BaseModel):
    id: str
    lookup_key: str
    plan: str
    amount: int
    currency: str
    interval: str
    interval_count: int
    trial_days: int = 0


class Page(BaseModel):
    """A payment page, and what is paid for there."""

    order: CheckoutOrder
    checkout: Checkout


class State(BaseModel):
    count: int = 0
    customers: dict[str, Customer] = Field(default_factory=dict)
    methods: dict[str, list[PaymentMethod]] = Field(default_factory=dict)
    prices: dict[str, SoldPrice] = Field(default_factory=dict)
    pages: dict[str, Page] = Field(default_factory=dict)
    subscriptions: dict[str, Subscription] = Field(default_factory=dict)
    invoices: dict[str, Invoice] = Field(default_factory=dict)
    events: list[ProviderEvent] = Field(default_factory=list)
    answers: dict[str, Any] = Field(default_factory=dict)
    """What was answered under each idempotency key."""

    def id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_sandbox{self.count:06}"

    def price(self, price_id: str) -> SoldPrice:
        return next(one for one in self.prices.values() if one.id == price_id)

    def pays(self, customer_id: str) -> bool:
        """Tell whether the bank goes on paying for the customer's card."""
        method = self.customers[customer_id].payment_method
        return method is not None and method.last4 not in {DECLINED, DECLINED_LATER}

    def happened(self, kind: str, customer_id: str, at: datetime, object_id: str) -> None:
        self.events.append(
            ProviderEvent(
                id=self.id("evt"),
                type=kind,
                created_at=at,
                live=False,
                customer_id=customer_id,
                object_id=object_id,
            )
        )
