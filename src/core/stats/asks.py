"""What is asked of events, whenever: a range makes a query of it, a report keeps it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.models import Model
from core.stats import constants
from core.stats.conditions import Condition, Property
from core.stats.models import Aggregation, AnyName, Interval

COMPARED = {"sum", "avg", "min", "max", "last", "p50", "p90", "p95", "p99"}

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Calendars end: there is always a time as long before, in any zone."""

type Filter = Annotated[tuple[Condition, ...], Field(max_length=10)]
type Zone = Annotated[str, Field(max_length=64)]


def check_forward(begin: datetime, end: datetime) -> None:
    """Refuse a range that goes back, or that no calendar has."""
    if begin >= end:
        raise PydanticCustomError("range", "`from` must be before `to`.")
    if begin < EARLIEST or end > LATEST:
        raise PydanticCustomError("range", "Ask for something between 1970 and 2200.")


class Cut(Model):
    """How a range is cut up, and in which zone."""

    interval: Interval | None = None
    tz: Zone = "UTC"


class Measured(Model):
    """How events become a number."""

    event: AnyName | None = None
    aggregation: Aggregation = "count"
    property: Property | None = None

    @model_validator(mode="after")
    def _property(self) -> Self:
        wants, told = self.aggregation in COMPARED, self.property is not None
        if self.aggregation != "unique" and wants is not told:
            raise PydanticCustomError(
                "property", "`property` is what is added up or compared, and only then."
            )
        return self


class Asked(Measured):
    """Of which events, and how they become a number."""

    filter: Filter = ()


class Trend(Cut, Asked):
    """Numbers over time and by group."""

    group_by: Annotated[tuple[Property, ...], Field(max_length=constants.GROUP_BY)] = ()
    limit: int = Field(default=constants.GROUPS, ge=1, le=constants.GROUPS)
    compare: Literal["previous_period"] | None = None


class Top(Asked):
    """Which values of a property, or which subjects, are the most. `by` says of what."""

    by: Property
    limit: int = Field(default=10, ge=1, le=constants.GROUPS)


class StepQuery(Model):
    """Something that somebody does."""

    event: AnyName
    filter: Filter = ()


class Funnel(Model):
    """Steps that subjects take one after another, the last within `window` of the first."""

    steps: Annotated[tuple[StepQuery, ...], Field(min_length=2, max_length=constants.STEPS)]
    window: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))] = timedelta(days=14)


class Retention(Model):
    """Who did `first` in a day, week or month, and `again` in which later one.

    They are counted where they did `first` first, in the time that is asked for.
    """

    first: StepQuery
    again: StepQuery
    period: Literal["day", "week", "month"] = "week"
    tz: Zone = "UTC"
