"""Stripe's answers as far as we read them. More than that is left out, unknown words are "unknown".

An answer is a hint of nothing else: what a field means is said at ours (core.billing.models).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self, get_args
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.billing import models
from core.billing.catalogue import Interval, Rate
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


def known(words: Any) -> BeforeValidator:
    ours = get_args(getattr(words, "__value__", words))
    return BeforeValidator(lambda word: word if word in ours else "unknown")


type Id = Annotated[str, BeforeValidator(_id)]
type Moment = Annotated[datetime, BeforeValidator(_moment)]
type InvoiceStatus = Annotated[models.InvoiceStatus, known(models.InvoiceStatus)]


class Told(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

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


def whole(value: object) -> object:
    """Leave out what is there as an id alone."""
    return None if isinstance(value, str) else value


type Method = Annotated[PaymentMethod | None, BeforeValidator(whole)]


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
    unit_amount_decimal: Decimal | None = None
    transform_quantity: dict[str, Any] | None = None
    currency: str
    recurring: Recurring | None = None

    @property
    def known_as(self) -> str | None:
        """Return the lookup key it has, or had until a newer price took it over."""
        return self.lookup_key or self.metadata.get(LOOKUP_KEY)

    @property
    def rate(self) -> Rate | None:
        """Return what a piece costs; packages and tiers have no such thing."""
        exact, each = self.unit_amount_decimal, self.recurring
        amount = self.unit_amount if exact is None else exact
        if amount is None or self.transform_quantity is not None or each is None:
            return None
        if each.interval not in get_args(Interval.__value__):
            return None
        return Rate.model_validate(
            {
                "amount": amount,
                "currency": self.currency,
                "interval": each.interval,
                "interval_count": each.interval_count,
            }
        )

    def ours(self) -> models.ListedPrice | None:
        rate, each = self.rate, self.recurring
        if self.lookup_key is None or self.unit_amount is None or rate is None or each is None:
            return None
        return models.ListedPrice(
            id=self.id,
            lookup_key=self.lookup_key,
            amount=self.unit_amount,
            metered=each.usage_type == "metered",
            **rate.model_dump(exclude={"amount"}),
        )
