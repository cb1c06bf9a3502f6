from datetime import datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from core.models import Model
from core.stats.asks import Cut, Funnel, Retention, Top, Trend, check_forward


class Between(Model):
    """From when until when, that moment not included."""

    begin: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        check_forward(self.begin, self.end)
        return self


class Range(Between, Cut):
    """From when until when, that moment not included, in which zone, and how it is cut up."""


class Query(Range, Trend):
    """A question about events. `group_by` and `filter` name properties, or attributes of events:
    `$name`, `$subject`, `$session`, `$source`.

    `unique` counts who or what is different: subjects, or values of `property`. `compare` also
    tells of the time as long before.
    """


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
    previous: list[Series] | None = None
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
    previous: list[ChartSeries] | None = None
    meta: Meta

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls.model_validate(answer.model_dump())


class TopQuery(Between, Top):
    """Which values of a property, or which subjects, are the most. `by` says of what."""


class TopItem(Model):
    key: str
    value: float


class TopView(Model):
    """The most, in order. `more`: there are others."""

    items: list[TopItem]
    more: bool


class FunnelQuery(Between, Funnel):
    """Steps that subjects take one after another, the last within `window` of the first."""


class FunnelStep(Model):
    """How many got here, which share of all that is, and of those who took the step before."""

    event: str
    count: int
    share: float
    share_of_previous: float


class FunnelView(Model):
    steps: list[FunnelStep]


class RetentionQuery(Between, Retention):
    """Who did `first` in a day, week or month, and `again` in which later one.

    They are counted where they did `first` first, in the time that is asked for.
    """


class RetentionCohort(Model):
    """How many were new in a part of the time, and how many of them did it again `n` parts later.

    The first number is of the same part.
    """

    begin: datetime = Field(serialization_alias="from")
    size: int
    returned: list[int]


class RetentionView(Model):
    cohorts: list[RetentionCohort]


class Limits(Model):
    """What may be asked for: seconds by interval, and how many numbers, groups and steps."""

    intervals: dict[str, int]
    cells: int
    groups: int
    group_by: int
    steps: int
    periods: int
    seconds: int
