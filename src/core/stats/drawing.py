"""Numbers as they are drawn: what stands where, and what it is called."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from core.models import Model
from core.stats import constants, schemas, timing
from core.stats.exceptions import NotDrawable
from core.stats.models import Interval
from core.stats.reports import AskMeter, AskTrend, Report

NONE = "(none)"
DAY = timedelta(days=1)

type Shape = Literal["line", "bar", "row"]


class Row(Model):
    """Numbers of one colour, in the order of the labels; of `before`: less strongly."""

    name: str
    values: tuple[float | None, ...]
    before: bool = False


class Drawing(Model):
    """A chart, whoever draws it. A `row` is a bar that lies: its label may be long."""

    title: str
    shape: Shape
    labels: tuple[str, ...]
    rows: tuple[Row, ...]
    width: int = constants.WIDTH
    height: int = constants.HEIGHT


def of_report(report: Report, result: schemas.Result, size: schemas.Size) -> Drawing:
    """Return what a report's numbers look like; raise NotDrawable for a table."""
    drawing: Drawing
    match result:
        case schemas.RanTrend() | schemas.RanMeter():
            assert isinstance(report.query, AskTrend | AskMeter)  # noqa: S101 - it ran as that
            shape: Shape = "bar" if report.chart == "bar" else "line"
            chart = schemas.Chart.model_validate(
                result.model_dump(include={"series", "previous", "meta"})
            )
            drawing = of_chart(report.title, chart, report.query.interval, shape)
        case schemas.RanTop():
            named = [(one.key or NONE, one.value) for one in result.items]
            drawing = _of_names(report.title, named)
        case schemas.RanFunnel():
            drawing = _of_names(report.title, [(one.event, one.count) for one in result.steps])
        case _:
            raise NotDrawable
    return drawing.evolve(**size.model_dump())


def of_chart(title: str, chart: schemas.Chart, interval: Interval | None, shape: Shape) -> Drawing:
    """Return what numbers over time look like: of the largest groups, and of the time before."""
    shown = chart.series[: constants.DRAWN]
    if interval is None:
        return _of_names(title, [(_name(one), one.total or 0) for one in shown])
    parts = [point.begin for point in shown[0].points] if shown else []
    before = chart.previous or []
    if len(chart.series) > len(shown) or chart.meta.overflow:
        title = f"{title} (the {len(shown)} largest)"
    return Drawing(
        title=title,
        shape=shape,
        labels=_labels(parts, interval, timing.zone_of(chart.meta.tz)),
        rows=(
            *(_row(one, len(parts)) for one in shown),
            *(_row(one, len(parts), before=True) for one in before[: len(shown)]),
        ),
    )


def _of_names(title: str, named: Sequence[tuple[str, float]]) -> Drawing:
    return Drawing(
        title=title,
        shape="row",
        labels=tuple(name for name, _ in named),
        rows=(Row(name=title, values=tuple(value for _, value in named)),) if named else (),
    )


def _row(series: schemas.ChartSeries, size: int, *, before: bool = False) -> Row:
    values = [point.value for point in series.points][:size]
    name = f"{_name(series)}, before" if before else _name(series)
    padded = (*values, *[None] * (size - len(values)))
    return Row(name=name, values=padded, before=before)


def _name(series: schemas.ChartSeries) -> str:
    return ", ".join(value or NONE for value in series.dims.values()) or "all"


def _labels(parts: Sequence[datetime], interval: Interval, zone: ZoneInfo) -> tuple[str, ...]:
    local = [one.astimezone(zone) for one in parts]
    return tuple(f"{one:{_form(interval, parts)}}" for one in local)


def _form(interval: Interval, parts: Sequence[datetime]) -> str:
    if interval == "month":
        return "%Y-%m"
    if interval in timing.SHORT:
        return "%H:%M" if parts[-1] - parts[0] < DAY else "%m-%d %H:%M"
    return "%m-%d" if parts[-1] - parts[0] < 300 * DAY else "%Y-%m-%d"
