from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.listing import Lists, WholeList
from core.models import Job, Line, Model, OrganizationId
from core.stats import constants
from core.stats.asks import Filter
from core.stats.conditions import Key, Property
from core.stats.models import Aggregation, AnyName, Counting, Meter
from core.stats.reports import Slug
from core.stats.schemas.asking import Between, Range

type Dimensions = Annotated[list[Key], Field(max_length=constants.DIMENSIONS)]
type Keys = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}(,[A-Za-z_][A-Za-z0-9_.-]{0,63}){0,2}$",
        examples=["country,plan"],
    ),
]


class CreateMeter(Model):
    """What is to be added up from now on, and of all that happened before.

    `unique` counts subjects, or values of `property`, to about 2 %; `histogram` answers
    percentiles, to 2 %; all others are exact.
    """

    slug: Slug
    title: Line | None = None
    event_name: AnyName
    aggregation: Counting = "count"
    property: Property | None = None
    dimensions: Dimensions = Field(default_factory=list)
    filter: Filter = ()

    @model_validator(mode="after")
    def _property(self) -> Self:
        wants, told = self.aggregation != "count", self.property is not None
        if self.aggregation != "unique" and wants is not told:
            raise PydanticCustomError("property", "A count has no `property`, all others have one.")
        return self


class MeterReference(Model):
    slug: Slug


class DeleteMeter(Model):
    slug: Slug
    expected_version: int | None = None


class MeterChange(Model):
    """What changes of a meter. New dimensions or another filter have it add up all anew."""

    title: Line | None = None
    dimensions: Dimensions | None = None
    filter: Filter | None = None


class UpdateMeter(MeterChange):
    slug: Slug
    expected_version: int | None = None


class MeterView(Model):
    """`building`: what was before it is being added up, as far as `built_until`."""

    slug: str
    title: str | None
    event_name: str
    aggregation: str
    property: str | None
    dimensions: list[str]
    filter: Filter
    state: Literal["building", "active"]
    built_until: datetime | None
    version: int
    created_at: datetime

    @classmethod
    def of(cls, meter: Meter) -> Self:
        return cls.model_validate(meter.model_dump(include=set(cls.model_fields)))


class ListMeters(WholeList):
    lists = Lists(
        MeterView,
        "slug title event_name aggregation property dimensions state built_until version"
        " created_at",
        "title event_name state created_at",
        key="slug",
        default="slug",
    )


class MeterRange(Range):
    """When, and by which of the meter's dimensions, separated by commas.

    `aggregation` is the meter's own unless another is named: one that adds something up also knows
    the number, average, smallest, largest and last.
    """

    group_by: Keys | None = None
    aggregation: Aggregation | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(self.group_by.split(",")) if self.group_by else ()


class MeterUsage(MeterRange):
    slug: Slug


class VerifyMeter(Between):
    """Of which time it is looked at whether a meter has what the events say."""

    slug: Slug


class Difference(Model):
    """A quarter of an hour of which a meter says something else than the events do.

    Both say how many there were, and what they add up to.
    """

    bucket: datetime
    meter: tuple[int, Decimal]
    events: tuple[int, Decimal]


class BuildMeter(Job):
    """Add up what was there before a meter was."""

    name: ClassVar[str] = "stats.build_meter"

    organization_id: OrganizationId
    slug: str


class DropPartitions(Model):
    """Which months are forgotten: those that ended longer ago than so many days."""

    days: int = Field(ge=31)
    dry_run: bool = False


class MaintainPartitions(Job):
    """Have a place for what will happen, and forget what is older than events are kept."""

    name: ClassVar[str] = "stats.maintain_partitions"
    lock: ClassVar[str | None] = "stats.maintain_partitions"
