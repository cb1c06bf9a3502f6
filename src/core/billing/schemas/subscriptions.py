from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.billing.access import Access
from core.billing.catalogue import Plan
from core.billing.models import (
    Account,
    Checkout,
    Mirrored,
    Pause,
    PaymentMethod,
    PendingChange,
    Proration,
    When,
)
from core.models import Line, Model, Moment, OrganizationId

type Address = Annotated[
    str, Field(max_length=2000, pattern=r"^https?://[^\s]+$", examples=["https://example.com/ok"])
]
type ProviderId = Annotated[
    str, Field(pattern=r"^[a-z]+_[A-Za-z0-9_-]{1,250}$", examples=["cs_test_a1b2c3"])
]
"""What the provider calls something."""

type LookupKey = Annotated[str, Field(max_length=200, examples=["team_monthly"])]
type Quantity = Annotated[int, Field(ge=1, le=100_000, strict=True)]


class OpenCheckout(Model):
    """Ask for a page to pay at; it leads to one of the addresses afterwards."""

    price_lookup_key: LookupKey
    quantity: Quantity | None = None
    success_url: Address
    cancel_url: Address
    promotion_codes: bool = False
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] | None = None


class CheckoutView(Model):
    """Send people to `url` to pay."""

    id: str
    status: Literal["open", "complete", "expired"]
    url: str | None
    expires_at: datetime

    @classmethod
    def of(cls, checkout: Checkout) -> Self:
        return cls(
            id=checkout.id,
            status=checkout.status,
            url=checkout.url,
            expires_at=checkout.expires_at,
        )


class CheckoutReference(Model):
    id: ProviderId


class ChangeSubscription(Model):
    """Another price, another quantity. Dearer plans are best begun now, cheaper ones later."""

    price_lookup_key: LookupKey | None = None
    quantity: Quantity | None = None
    when: When = "now"
    proration: Proration = "always_invoice"

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.price_lookup_key is None and self.quantity is None:
            raise PydanticCustomError("nothing", "Say another price, another quantity, or both.")
        return self


class PreviewChange(Model):
    price_lookup_key: LookupKey | None = None
    quantity: Quantity | None = None
    proration: Proration = "always_invoice"


class CancelSubscription(Model):
    when: When = "period_end"
    reason: Line | None = None


class PauseSubscription(Model):
    behavior: Literal["keep_as_draft", "mark_uncollectible", "void"] = "void"
    resumes_at: Moment | None = None

    @property
    def pause(self) -> Pause:
        return Pause(behavior=self.behavior, resumes_at=self.resumes_at)


class Ordered[Asked](Model):
    """What is asked for, and the idempotency key of the request if it carried one."""

    asked: Asked
    idempotency_key: str | None = None


class SubscriptionView(Model):
    id: str
    status: str
    plan: str | None
    price_lookup_key: str | None
    quantity: int | None
    currency: str | None
    current_period_end: datetime | None
    trial_end: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    pause: Pause | None
    pending_change: PendingChange | None

    @classmethod
    def of(cls, mirrored: Mirrored, plan: Plan | None) -> Self:
        subscription = mirrored.subscription
        return cls(
            id=subscription.id,
            status=subscription.status,
            plan=plan.key if plan else None,
            price_lookup_key=subscription.lookup_key,
            quantity=subscription.items[0].quantity if subscription.items else None,
            currency=subscription.currency,
            current_period_end=subscription.period_end,
            trial_end=subscription.trial_end,
            ends_at=subscription.ends_at,
            ended_at=subscription.ended_at,
            pause=subscription.pause,
            pending_change=subscription.pending,
        )


class SeatsView(Model):
    """How many people are in, and for how many is paid; no `limit`: as many as they like."""

    used: int
    billed: int | None
    limit: int | None


class BillingView(Model):
    """Where an organization stands. Without a subscription it is on the free plan, if any."""

    organization_id: OrganizationId
    customer_id: str | None
    email: str | None
    currency: str | None
    delinquent: bool
    payment_method: PaymentMethod | None
    subscription: SubscriptionView | None
    seats: SeatsView
    access: Access

    @classmethod
    def of(
        cls,
        account: Account,
        subscription: SubscriptionView | None,
        seats: SeatsView,
        granted: Access,
    ) -> Self:
        return cls(
            organization_id=account.organization_id,
            customer_id=account.customer_id,
            email=account.email,
            currency=account.currency,
            delinquent=account.delinquent,
            payment_method=account.payment_method,
            subscription=subscription,
            seats=seats,
            access=granted,
        )
