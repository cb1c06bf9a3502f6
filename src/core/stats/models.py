"""What is counted."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Self
from uuid import UUID

from pydantic import Field

from core.models import Model, OrganizationId
from core.stats.conditions import Condition

EventId = NewType("EventId", UUID)
MeterId = NewType("MeterId", UUID)
AlertId = NewType("AlertId", UUID)

type Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,127}$", examples=["sign_up"])]
type AnyName = Annotated[
    str, Field(pattern=r"^\$?[a-z][a-z0-9_.-]{0,127}$", examples=["$accounts.member_added"])
]
"""Also one of those that the service itself counts."""

type Percentile = Literal["p50", "p90", "p95", "p99"]
type Aggregation = Literal["count", "sum", "avg", "min", "max", "last", "unique"] | Percentile
type Counting = Literal["count", "sum", "avg", "min", "max", "last", "unique", "histogram"]
type Window = Literal["hour", "day", "week", "month"]
type Interval = Literal["minute", "15m", "hour", "day", "week", "month"]


class Event(Model):
    """Something that happened, once: by whose it is, when it was, and its id.

    `ext_id` is what a CloudEvent called it. `received_at` is said by whoever keeps it.
    """

    id: EventId
    organization_id: OrganizationId
    name: str
    time: datetime
    subject: str | None = None
    session: str | None = None
    source: str | None = None
    ext_id: str | None = None
    props: dict[str, Any] = Field(default_factory=dict)
    received_at: datetime | None = None


class Meter(Model):
    """What is added up while it happens: numbers for each quarter of an hour.

    `property` is what is added; none for a count. `dimensions` are properties by which it is told
    apart. What was received before `active_from` is added by a job, as far as `built_until`;
    until then it is building. Changed, it begins again as the next version.
    """

    id: MeterId
    organization_id: OrganizationId
    slug: str
    title: str | None = None
    event_name: str
    aggregation: Counting
    property: str | None = None
    dimensions: tuple[str, ...] = ()
    filter: tuple[Condition, ...] = ()
    state: Literal["building", "active"] = "building"
    version: int = 1
    active_from: datetime | None = None
    built_until: datetime | None = None
    created_at: datetime

    def anew(self, **changes: Any) -> Self:
        """Return it as it begins again: with nothing added up."""
        return self.evolve(**changes, state="building", built_until=None)


class Contribution(Model):
    """What new events add to a quarter of an hour of a meter.

    `members` are who is counted once, of a meter that counts them.
    """

    meter_id: MeterId
    bucket: datetime
    dims: dict[str, str] = Field(default_factory=dict)
    n: int
    sum: Decimal = Decimal(0)
    min: Decimal | None = None
    max: Decimal | None = None
    last_time: datetime | None = None
    last: Decimal | None = None
    members: frozenset[str] = frozenset()


class NameSeen(Model):
    """What kinds of events there are; `count` is of the time that was asked for."""

    name: str
    first_seen: datetime
    last_seen: datetime
    count: int = 0


class Alert(Model):
    """What a meter must not go above, or below, in the running hour, day, week or month."""

    id: AlertId
    organization_id: OrganizationId
    title: str
    meter: str
    aggregation: Aggregation
    above: Decimal | None = None
    below: Decimal | None = None
    window: Window
    tz: str
    state: Literal["ok", "firing"] = "ok"
    value: Decimal | None = None
    changed_at: datetime | None = None
    created_at: datetime

    def fires_at(self, value: Decimal) -> bool:
        """Tell whether that is too much, or too little."""
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below
