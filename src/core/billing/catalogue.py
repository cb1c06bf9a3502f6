"""What is sold: plans, what they cost, and what they let an organization do."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.billing.money import Currency
from core.models import Line, Model

type Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", examples=["team"])]
type Interval = Literal["day", "week", "month", "year"]


class Switch(Model):
    """A feature that is on."""

    type: Literal["boolean"] = "boolean"


class Limit(Model):
    """So many of something at a time; no `most`: as many as they like. Soft: told, not enforced."""

    type: Literal["limit"] = "limit"
    most: int | None = Field(default=None, ge=0)
    soft: bool = False


class Choice(Model):
    """A feature that comes in kinds: "email" or "phone" support."""

    type: Literal["config"] = "config"
    value: Line


class Allowance(Model):
    """So much of what a meter counts in each period; soft: more is told, not refused."""

    type: Literal["metered"] = "metered"
    meter: Key
    included: int = Field(ge=0)
    soft: bool = False


type Feature = Annotated[Switch | Limit | Choice | Allowance, Field(discriminator="type")]


class Rate(Model):
    """What a piece costs each time; it may be a fraction of the currency's smallest unit."""

    amount: Decimal
    currency: Currency
    interval: Interval
    interval_count: int = Field(default=1, ge=1)

    @classmethod
    def of(cls, price: Model) -> Self:
        """Return that of a price, whoever's model of it this is."""
        return cls.model_validate(price.model_dump(include=set(cls.model_fields)))


class Price(Model):
    """What a plan costs each time. It never changes: another amount is another price.

    `seat`: for each member; `metered`: by usage, for `amount` a unit.
    """

    lookup_key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,199}$")]
    amount: int = Field(ge=0)
    currency: Currency
    interval: Interval = "month"
    interval_count: int = Field(default=1, ge=1, le=12)
    role: Literal["base", "seat", "metered"] = "base"
    meter: Key | None = None

    @model_validator(mode="after")
    def _meter(self) -> Self:
        if (self.role == "metered") is (self.meter is None):
            raise PydanticCustomError("meter", "A metered price names its meter, others have none.")
        return self


class Plan(Model):
    """`rank` tells an upgrade from a downgrade; who has one that is not `active` keeps it."""

    key: Key
    name: Line
    description: str = Field(default="", max_length=500)
    rank: int = 0
    seats: Literal["none", "per_member", "prepaid"] = "none"
    trial_days: int = Field(default=0, ge=0, le=730)
    active: bool = True
    prices: tuple[Price, ...] = ()
    features: dict[Key, Feature] = Field(default_factory=dict)


class Catalogue(Model):
    """Everything that is sold. `free` names the plan of whoever pays for none."""

    free: Key | None = None
    plans: tuple[Plan, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _unique("plan", [plan.key for plan in self.plans])
        _unique("lookup_key", [price.lookup_key for plan in self.plans for price in plan.prices])
        if self.free is not None and self.plan(self.free) is None:
            raise PydanticCustomError("free", "There is no plan {key}.", {"key": self.free})
        kinds: dict[str, str] = {}
        for plan in self.plans:
            for key, feature in plan.features.items():
                if kinds.setdefault(key, feature.type) != feature.type:
                    raise PydanticCustomError(
                        "feature",
                        "{key} is not the same kind of feature in all plans.",
                        {"key": key},
                    )
        return self

    def plan(self, key: str | None) -> Plan | None:
        return next((plan for plan in self.plans if plan.key == key), None)

    def sold_as(self, lookup_key: str | None) -> tuple[Plan, Price] | None:
        """Return the plan that is sold at this price."""
        return next(
            (
                (plan, price)
                for plan in self.plans
                for price in plan.prices
                if price.lookup_key == lookup_key
            ),
            None,
        )


def _unique(what: str, keys: list[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise PydanticCustomError(
            "twice", "Each {what} is there once, not {key}.", {"what": what, "key": twice[0]}
        )
