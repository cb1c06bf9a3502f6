from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from core.exceptions import CoreError
from core.listing import ListRequest, Lists
from core.models import Line, Model
from core.stats import constants
from core.stats.asks import Measured
from core.stats.reports import Ask, ChartKind, Dashboard, DashboardId, Period, Report, ReportId
from core.stats.schemas.asking import (
    Answer,
    Chart,
    FunnelView,
    Query,
    Range,
    RetentionView,
    TopView,
)

GROUPED: Final = (
    r"^(\$(name|subject|session|source)|[A-Za-z_][A-Za-z0-9_.-]{0,63})"
    r"(,(\$(name|subject|session|source)|[A-Za-z_][A-Za-z0-9_.-]{0,63})){0,2}$"
)


class CreateReport(Model):
    """What is asked again and again; what could not be asked is refused at once."""

    title: Line
    query: Ask
    range: Period = Period(last=timedelta(days=30))
    chart: ChartKind = "line"


class ReportChange(Model):
    """What changes of a report; `query` and `range` are replaced as a whole."""

    title: Line | None = None
    query: Ask | None = None
    range: Period | None = None
    chart: ChartKind | None = None


class ReportReference(Model):
    report_id: ReportId


class Aged(Model):
    """How many seconds ago it may have been counted; after none it is counted now."""

    max_age: int = Field(default=0, ge=0, le=int(constants.ANSWERS_KEPT.total_seconds()))


class RunReport(ReportReference, Aged):
    pass


class UpdateReport(ReportChange):
    report_id: ReportId
    expected_version: int | None = None


class DeleteReport(ReportReference):
    expected_version: int | None = None


class ReportView(Model):
    id: ReportId
    title: str
    query: Ask
    range: Period
    chart: ChartKind
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls.model_validate(report.model_dump(exclude={"organization_id", "erasures"}))


class ListReports(ListRequest):
    lists = Lists(
        ReportView,
        "id title chart version created_at updated_at",
        "title chart created_at updated_at",
    )


# --- What comes of it -----------------------------------------------------------------------------


class Ran(Model):
    """Of when it is, and when it was counted; else it is what the query itself gives."""

    begin: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    computed_at: datetime


class RanTrend(Ran, Chart):
    kind: Literal["trend"]


class RanMeter(Ran, Answer):
    kind: Literal["meter"]


class RanTop(Ran, TopView):
    kind: Literal["top"]


class RanFunnel(Ran, FunnelView):
    kind: Literal["funnel"]


class RanRetention(Ran, RetentionView):
    kind: Literal["retention"]


type Result = Annotated[
    RanTrend | RanMeter | RanTop | RanFunnel | RanRetention, Field(discriminator="kind")
]


class Trouble(Model):
    """Why something gave no numbers: a stable code, and a sentence."""

    code: str
    detail: str

    @classmethod
    def of(cls, error: CoreError) -> Self:
        return cls(code=error.code, detail=error.detail or error.title)


class Size(Model):
    """Of a chart, in pixels."""

    width: int = Field(default=constants.WIDTH, ge=200, le=2000)
    height: int = Field(default=constants.HEIGHT, ge=150, le=2000)


class DrawReport(ReportReference, Aged):
    size: Size = Size()


class DrawStats(Range, Measured, Size):
    """A question about events whose numbers are drawn; `group_by` is separated by commas."""

    group_by: Annotated[str, Field(pattern=GROUPED, examples=["country,plan"])] | None = None
    chart: Literal["line", "bar"] = "line"

    @property
    def query(self) -> Query:
        told = self.model_dump(include=set(Query.model_fields) - {"group_by", "begin", "end"})
        group_by = tuple(self.group_by.split(",")) if self.group_by else ()
        return Query(**told | {"from": self.begin, "to": self.end}, group_by=group_by)

    @property
    def title(self) -> str:
        """Say what is counted: `sum of amount: order.placed`."""
        of = f"{self.aggregation} of {self.property}" if self.property else self.aggregation
        return f"{of}: {self.event}" if self.event else of


# --- Dashboards -----------------------------------------------------------------------------------


def _each_once(told: tuple[ReportId, ...]) -> tuple[ReportId, ...]:
    if len(set(told)) < len(told):
        raise PydanticCustomError("twice", "A report is on a dashboard once.")
    return told


type ReportIds = Annotated[
    tuple[ReportId, ...],
    Field(max_length=constants.DASHBOARD_REPORTS),
    AfterValidator(_each_once),
]


class DashboardChange(Model):
    """What changes of a dashboard; the reports are replaced as a whole."""

    title: Line | None = None
    report_ids: ReportIds | None = None


class CreateDashboard(Model):
    """Reports to be looked at together, in this order."""

    title: Line
    report_ids: ReportIds = ()


class DashboardReference(Model):
    dashboard_id: DashboardId


class RunDashboard(DashboardReference, Aged):
    pass


class UpdateDashboard(DashboardChange):
    dashboard_id: DashboardId
    expected_version: int | None = None


class DeleteDashboard(DashboardReference):
    expected_version: int | None = None


class DashboardView(Model):
    id: DashboardId
    title: str
    report_ids: list[ReportId]
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, dashboard: Dashboard) -> Self:
        return cls.model_validate(dashboard.model_dump(exclude={"organization_id"}))


class ListDashboards(ListRequest):
    lists = Lists(
        DashboardView, "id title version created_at updated_at", "title created_at updated_at"
    )


class DashboardItem(Model):
    """What came of one report: its numbers, or why there are none."""

    report_id: ReportId
    title: str
    chart: ChartKind
    result: Result | None = None
    problem: Trouble | None = None


class DashboardRun(Model):
    title: str
    items: list[DashboardItem]
