"""What is asked again and again: reports, and dashboards of them."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, NewType, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field
from pydantic import model_validator as validator
from pydantic_core import PydanticCustomError

from core.models import Line, Model, OrganizationId
from core.stats import asks, constants
from core.stats.conditions import Key
from core.stats.models import Aggregation

ReportId = NewType("ReportId", UUID)
DashboardId = NewType("DashboardId", UUID)

DAYS: Final = constants.LATEST.days + 1
"""More than may be asked for."""

type ChartKind = Literal["line", "bar", "number", "table"]
type Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$", examples=["api_calls"])]


class AskTrend(asks.Trend):
    kind: Literal["trend"]


class AskMeter(asks.Cut):
    """What a meter added up; by which of its dimensions."""

    kind: Literal["meter"]
    slug: Slug
    aggregation: Aggregation | None = None
    group_by: Annotated[tuple[Key, ...], Field(max_length=constants.GROUP_BY)] = ()


class AskTop(asks.Top):
    kind: Literal["top"]


class AskFunnel(asks.Funnel):
    kind: Literal["funnel"]


class AskRetention(asks.Retention):
    kind: Literal["retention"]


type AnyAsk = AskTrend | AskMeter | AskTop | AskFunnel | AskRetention


def _small(ask: AnyAsk) -> AnyAsk:
    if len(ask.model_dump_json()) > constants.ASK_BYTES:
        raise PydanticCustomError("ask", "What a report asks takes 16 KiB at most.")
    return ask


type Ask = Annotated[AnyAsk, Field(discriminator="kind"), AfterValidator(_small)]


def _days(told: object) -> object:
    """Take a whole number as days, and no number as seconds, as pydantic would."""
    if type(told) is int:
        return timedelta(days=max(min(told, DAYS), -1))
    if isinstance(told, timedelta) or (isinstance(told, str) and told.startswith("P")):
        return told
    raise PydanticCustomError("duration", "Write it as P30D or PT6H, or as a number of days.")


type Last = Annotated[
    timedelta,
    Field(ge=timedelta(minutes=1), le=constants.LATEST, examples=["P30D"]),
    BeforeValidator(_days, json_schema_input_type=timedelta | int),
]
"""How long: an ISO 8601 duration, or a number of days."""


class Period(Model):
    """Of when: the `last` so long, or `from` when `to` when, that moment not included.

    The last so long is of whole parts, of the interval that is asked for, or of hours; the one that
    is not over yet is among them. So the same is asked until the next part begins.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    last: Last | None = None
    begin: AwareDatetime | None = Field(default=None, alias="from")
    end: AwareDatetime | None = Field(default=None, alias="to")

    @validator(mode="after")
    def _one_or_the_other(self) -> Self:
        absolute = self.begin is not None and self.end is not None
        open_ = (self.begin is None) is not (self.end is None)
        if open_ or absolute is (self.last is not None):
            raise PydanticCustomError("range", "Say either `last`, or `from` and `to`.")
        if self.begin is not None and self.end is not None:
            asks.check_forward(self.begin, self.end)
        return self


class Report(Model):
    """Something that is asked again and again, of which time, and how it is to be drawn.

    `erasures`: how often somebody's events were erased since there is a report. What was counted
    before the last time may name them.
    """

    id: ReportId
    organization_id: OrganizationId
    title: Line
    query: Ask
    range: Period
    chart: ChartKind
    version: int = 1
    erasures: int = 0
    created_at: datetime
    updated_at: datetime


class Dashboard(Model):
    """Reports that are looked at together, in this order."""

    id: DashboardId
    organization_id: OrganizationId
    title: Line
    report_ids: tuple[ReportId, ...] = ()
    version: int = 1
    created_at: datetime
    updated_at: datetime
