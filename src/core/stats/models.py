"""What is counted."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

from pydantic import Field

from core.models import Model, OrganizationId

EventId = NewType("EventId", UUID)
MeterId = NewType("MeterId", UUID)

type Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,127}$", examples=["sign_up"])]
type Aggregation = Literal["count", "sum", "avg", "min", "max", "unique"]
type Interval = Literal["minute", "15m", "hour", "day", "week", "month"]


class Event(Model):
    """Something that happened, once: by whose it is, when it was, and its id."""

    id: EventId
    organization_id: OrganizationId
    name: str
    time: datetime
    subject: str | None = None
    session: str | None = None
    source: str | None = None
    props: dict[str, Any] = Field(default_factory=dict)
    received_at: datetime


class Meter(Model):
    """What is added up while it happens: a number for each quarter of an hour.

    `property` is what is added; none for a count. `dimensions` are properties by which it is told
    apart.
    """

    id: MeterId
    organization_id: OrganizationId
    slug: str
    event_name: str
    aggregation: Literal["count", "sum", "min", "max"]
    property: str | None = None
    dimensions: tuple[str, ...] = ()
    version: int = 1
    created_at: datetime


class Contribution(Model):
    """What new events add to a quarter of an hour of a meter."""

    meter_id: MeterId
    bucket: datetime
    dims: dict[str, str] = Field(default_factory=dict)
    n: int
    sum: Decimal = Decimal(0)
    min: Decimal | None = None
    max: Decimal | None = None


class Question(Model):
    """Of which events, and how they become a number; `end` is no part of it."""

    organization_id: OrganizationId
    event: str | None = None
    aggregation: Aggregation = "count"
    property: str | None = None
    begin: datetime
    end: datetime
    group_by: tuple[str, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)


class Cell(Model):
    """One number: of which part of the time, counted from nought, and of which group."""

    part: int
    group: tuple[str, ...] = ()
    value: Decimal
    n: int


class NameSeen(Model):
    """What kinds of events there are."""

    name: str
    count: int
    first_seen: datetime
    last_seen: datetime
