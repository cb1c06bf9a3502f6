"""Stripe's answers as far as we read them. More than that is left out, unknown words are "unknown".

An answer is a hint of nothing else: what a field means is said at ours (core.billing.models).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Self, get_args
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.billing import models
from core.billing.catalogue import Interval
from core.billing.models import CommandId
from core.models import OrganizationId

if TYPE_CHECKING:
    from stripe import StripeObject

ORGANIZATION, COMMAND, ENVIRONMENT = "core_organization_id", "core_command_id", "core_environment"
LOOKUP_KEY = "core_lookup_key"


def _id(value: object) -> object:
    """Return the id of what may be there whole."""
    return value.get("id") if isinstance(value, Mapping) else value


def _moment(value: object) -> object:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else value


def _known(words: Any) -> BeforeValidator:
    known = get_args(getattr(words, "__value__", words))
    return BeforeValidator(lambda word: word if word in known else "unknown")


type Id = Annotated[str, BeforeValidator(_id)]
type Moment = Annotated[datetime, BeforeValidator(_moment)]
type Status = Annotated[models.SubscriptionStatus, _known(models.SubscriptionStatus)]
type InvoiceStatus = Annotated[models.InvoiceStatus, _known(models.InvoiceStatus)]


class Told(BaseModel):
    model_config = ConfigDict(extra="ignore")

    @classmethod
    def by(cls, answer: "StripeObject") -> Self:
        return cls.model_validate(answer.to_dict())


class Marked(Told):
    id: str
    metadata: dict[str, str] = Field(default_factory=dict)

    def _uuid(self, name: str) -> UUID | None:
        try:
            return UUID(self.metadata[name])
        except (KeyError, ValueError):
            return None

    def made_in(self, environment: str) -> bool:
        return self.metadata.get(ENVIRONMENT) == environment

    @property
    def command_id(self) -> CommandId | None:
        found = self._uuid(COMMAND)
        return CommandId(found) if found else None


class Card(Told):
    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class PaymentMethod(Told):
    id: str
    type: str
    card: Card | None = None

    def ours(self) -> models.PaymentMethod:
        card = self.card or Card()
        expires = f"{card.exp_month:02}/{card.exp_year}" if card.exp_month else None
        return models.PaymentMethod(
            id=self.id, type=self.type, brand=card.brand, last4=card.last4, expires=expires
        )


def _whole(value: object) -> object:
    """Leave out what is there as an id alone."""
    return None if isinstance(value, str) else value


type Method = Annotated[PaymentMethod | None, BeforeValidator(_whole)]


class CustomerSettings(Told):
    default_payment_method: Method = None


class Customer(Marked):
    email: str | None = None
    name: str | None = None
    currency: str | None = None
    delinquent: bool | None = None
    deleted: bool = False
    invoice_settings: CustomerSettings = CustomerSettings()

    def ours(self, environment: str) -> models.Customer:
        """Believe whose it is only if it was made by this installation."""
        organization_id = self._uuid(ORGANIZATION) if self.made_in(environment) else None
        method = self.invoice_settings.default_payment_method
        return models.Customer(
            id=self.id,
            organization_id=OrganizationId(organization_id) if organization_id else None,
            email=self.email,
            name=self.name,
            currency=self.currency,
            delinquent=self.delinquent or False,
            payment_method=method.ours() if method else None,
            deleted=self.deleted,
        )


CHECKOUT_STATUSES = frozenset({"open", "complete", "expired"})


class Checkout(Marked):
    customer: Id | None = None
    status: str | None = None
    url: str | None = None
    expires_at: Moment
    subscription: Id | None = None

    def ours(self) -> models.Checkout:
        return models.Checkout.model_validate(
            {
                "id": self.id,
                "customer_id": self.customer or "",
                "status": self.status if self.status in CHECKOUT_STATUSES else "expired",
                "url": self.url if self.status == "open" else None,
                "expires_at": self.expires_at,
                "subscription_id": self.subscription,
                "command_id": self.command_id,
            }
        )


class Recurring(Told):
    interval: str
    interval_count: int = 1
    usage_type: str = "licensed"


class Price(Marked):
    lookup_key: str | None = None
    unit_amount: int | None = None
    currency: str
    recurring: Recurring | None = None

    @property
    def known_as(self) -> str | None:
        """Return the lookup key it has, or had until a newer price took it over."""
        return self.lookup_key or self.metadata.get(LOOKUP_KEY)

    def ours(self) -> models.ListedPrice | None:
        if self.lookup_key is None or self.recurring is None or self.unit_amount is None:
            return None
        if self.recurring.interval not in get_args(Interval.__value__):
            return None
        return models.ListedPrice.model_validate(
            {
                "id": self.id,
                "lookup_key": self.lookup_key,
                "amount": self.unit_amount,
                "currency": self.currency,
                "interval": self.recurring.interval,
                "interval_count": self.recurring.interval_count,
                "metered": self.recurring.usage_type == "metered",
            }
        )


class Item(Told):
    id: str
    price: Price
    quantity: int | None = None
    current_period_start: Moment | None = None
    current_period_end: Moment | None = None

    def ours(self) -> models.Item:
        return models.Item(
            id=self.id,
            price_id=self.price.id,
            lookup_key=self.price.known_as,
            quantity=self.quantity,
            period_start=self.current_period_start,
            period_end=self.current_period_end,
        )


PAUSES = ("keep_as_draft", "mark_uncollectible", "void")


class Items(Told):
    data: list[Item] = Field(default_factory=list)


class PauseCollection(Told):
    """An unknown way of not collecting is taken for the one that forgets nothing."""

    behavior: Annotated[str, BeforeValidator(lambda word: word if word in PAUSES else PAUSES[0])]
    resumes_at: Moment | None = None


class PhaseItem(Told):
    price: Id
    quantity: int | None = None


class Phase(Told):
    start_date: Moment
    end_date: Moment | None = None
    items: list[PhaseItem] = Field(default_factory=list)


class CurrentPhase(Told):
    start_date: Moment
    end_date: Moment


class Schedule(Marked):
    current_phase: CurrentPhase | None = None
    phases: list[Phase] = Field(default_factory=list)

    @property
    def pending(self) -> models.PendingChange | None:
        """Return what the phase after this one will change."""
        if self.current_phase is None:
            return None
        ends = self.current_phase.end_date
        later = next((one for one in self.phases if one.start_date >= ends and one.items), None)
        if later is None:
            return None
        item = later.items[0]
        return models.PendingChange(
            lookup_key=self.metadata.get(LOOKUP_KEY, item.price),
            quantity=item.quantity,
            at=later.start_date,
        )


type Scheduled = Annotated[Schedule | None, BeforeValidator(_whole)]


class Subscription(Marked):
    customer: Id
    status: Status
    items: Items = Items()
    currency: str | None = None
    created: Moment
    trial_start: Moment | None = None
    trial_end: Moment | None = None
    cancel_at: Moment | None = None
    cancel_at_period_end: bool = False
    canceled_at: Moment | None = None
    ended_at: Moment | None = None
    pause_collection: PauseCollection | None = None
    pending_update: dict[str, Any] | None = None
    schedule: Scheduled = None
    latest_invoice: Id | None = None
    default_payment_method: Method = None

    def ours(self) -> models.Subscription:
        pause, method = self.pause_collection, self.default_payment_method
        same = self.model_dump(
            include={
                *("id", "status", "currency", "trial_start", "trial_end", "cancel_at"),
                *("cancel_at_period_end", "canceled_at", "ended_at"),
            }
        )
        return models.Subscription.model_validate(
            same
            | {
                "customer_id": self.customer,
                "items": [item.ours() for item in self.items.data],
                "created_at": self.created,
                "pause": pause.model_dump() if pause else None,
                "pending": self.schedule.pending if self.schedule else None,
                "schedule_id": self.schedule.id if self.schedule else None,
                "latest_invoice_id": self.latest_invoice,
                "unpaid_invoice_id": self.latest_invoice if self.pending_update else None,
                "payment_method": method.ours() if method else None,
            }
        )
