"""What is asked of the stats module, and what it answers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError, to_json

from core.models import Job, Model
from core.stats import constants
from core.stats.models import Aggregation, Event, EventId, Interval, Meter, Name, NameSeen

type Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
type Key = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$", examples=["country"])]
type Keys = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}(,[A-Za-z_][A-Za-z0-9_.-]{0,63}){0,2}$",
        examples=["country,plan"],
    ),
]
type Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$", examples=["api_calls"])]


class NewEvent(Model):
    """Something that happened. Sent again with the same `id` and `time` it counts once.

    Without a `time` it is the moment that a UUIDv7 in `id` was made in, or now.
    """

    name: Name
    id: UUID | None = None
    time: AwareDatetime | None = None
    subject: Text | None = None
    session: Text | None = None
    source: Text | None = None
    props: dict[Key, Any] = Field(default_factory=dict, max_length=constants.PROPS)

    @field_validator("props")
    @classmethod
    def _scalars(cls, props: Mapping[str, Any]) -> dict[str, Any]:
        for key, value in props.items():
            if not _is_scalar(value):
                raise PydanticCustomError(
                    "scalar",
                    "{key} must be a text of up to 500 characters, a number, true, false or null.",
                    {"key": key},
                )
        if len(to_json(dict(props))) > constants.PROPS_BYTES:
            raise PydanticCustomError("props", "Properties take 8 KiB at most, together.")
        return dict(props)


class Ingest(Model):
    """Events as they came: each is judged by itself, so that one that is wrong costs no other."""

    events: Annotated[
        list[dict[str, Any]], Field(min_length=1, max_length=constants.EVENTS_AT_ONCE)
    ]


class Rejected(Model):
    """Why an event was not taken: its place in the list, a stable code, and a sentence."""

    index: int
    code: str
    detail: str


class IngestView(Model):
    inserted: int
    duplicates: int
    rejected: list[Rejected]


class ListEvents(Model):
    name: Name | None = None
    subject: Text | None = None
    limit: int = Field(default=25, ge=1, le=100)
    cursor: Annotated[str, Field(max_length=200)] | None = None


class EventReference(Model):
    event_id: EventId
    time: AwareDatetime


class EraseSubject(Model):
    subject: Text


class EventView(Model):
    id: EventId
    name: str
    time: datetime
    subject: str | None
    session: str | None
    source: str | None
    props: dict[str, Any]
    received_at: datetime

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls.model_validate(event.model_dump(include=set(cls.model_fields)))


class NamesView(Model):
    items: list[NameSeen]


class Range(Model):
    """From when until when, that moment not included, in which zone, and how it is cut up."""

    begin: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")
    interval: Interval | None = None
    tz: Annotated[str, Field(max_length=64)] = "UTC"

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.begin >= self.end:
            raise PydanticCustomError("range", "`from` must be before `to`.")
        return self


class Query(Range):
    """A question about events. `group_by` and `where` name properties."""

    event: Name | None = None
    aggregation: Aggregation = "count"
    property: Key | None = None
    group_by: Annotated[tuple[Key, ...], Field(max_length=constants.GROUP_BY)] = ()
    where: dict[Key, Annotated[str, Field(max_length=500)]] = Field(
        default_factory=dict, max_length=5
    )

    @model_validator(mode="after")
    def _property(self) -> Self:
        wants = self.aggregation in {"sum", "avg", "min", "max"}
        if wants is not (self.property is not None):
            raise PydanticCustomError(
                "property", "`property` is what is added up or compared, and only then."
            )
        return self


class Point(Model):
    """One number, and of when it is. No value: nothing happened that could be compared."""

    begin: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    value: Decimal | None


class Series(Model):
    """The numbers of one group: of what its properties are."""

    dims: dict[str, str]
    points: list[Point]
    total: Decimal | None


class Meta(Model):
    """`source` is `rollup` where a meter had added it up, else `raw`.

    `overflow`: there were more groups than are told apart; the largest are.
    """

    source: Literal["raw", "rollup"]
    tz: str
    overflow: bool = False


class Answer(Model):
    """Numbers as decimals, which lose nothing."""

    series: list[Series]
    meta: Meta


class ChartPoint(Model):
    begin: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    value: float | None


class ChartSeries(Model):
    dims: dict[str, str]
    points: list[ChartPoint]
    total: float | None


class Chart(Model):
    """Numbers as charts draw them."""

    series: list[ChartSeries]
    meta: Meta

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls.model_validate(answer.model_dump())


class CreateMeter(Model):
    """What is to be added up from now on, and of all that happened before."""

    slug: Slug
    event_name: Annotated[str, Field(pattern=r"^\$?[a-z][a-z0-9_.-]{0,127}$")]
    aggregation: Literal["count", "sum", "min", "max"] = "count"
    property: Key | None = None
    dimensions: Annotated[list[Key], Field(max_length=constants.DIMENSIONS)] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _property(self) -> Self:
        if (self.aggregation == "count") is (self.property is not None):
            raise PydanticCustomError("property", "A count has no `property`, all others have one.")
        return self


class MeterReference(Model):
    slug: Slug


class MeterView(Model):
    slug: str
    event_name: str
    aggregation: str
    property: str | None
    dimensions: list[str]
    created_at: datetime

    @classmethod
    def of(cls, meter: Meter) -> Self:
        return cls.model_validate(meter.model_dump(include=set(cls.model_fields)))


class MetersView(Model):
    items: list[MeterView]


class MeterRange(Range):
    """When, and by which of the meter's dimensions, separated by commas."""

    group_by: Keys | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(self.group_by.split(",")) if self.group_by else ()


class MeterUsage(MeterRange):
    slug: Slug


class MaintainPartitions(Job):
    """Have a place for what will happen, and forget what is older than events are kept."""

    name = "stats.maintain_partitions"
    lock = "stats.maintain_partitions"


def _is_scalar(value: object) -> bool:
    match value:
        case None | bool():
            return True
        case str():
            return len(value) <= constants.TEXT and "\0" not in value
        case int():
            return abs(value) < 10**30
        case float():
            return isfinite(value)
        case _:
            return False
