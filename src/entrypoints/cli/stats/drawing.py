"""Numbers at a terminal: tables, bars over time, CSV."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from entrypoints.cli.showing import as_json, grid, text
from entrypoints.cli.stats.options import Format

if TYPE_CHECKING:
    from core.stats.schemas import (
        Answer,
        FunnelView,
        RetentionView,
        Series,
        TopView,
    )

WIDTH = 50


def show(answer: "Answer", *, how: Format, plot: bool) -> None:
    if how is Format.JSON:
        as_json(answer)
    elif how is Format.CSV:
        from core.stats.schemas import Chart
        from entrypoints.exchange import charted

        typer.echo(charted(Chart.of(answer)), nl=False)
    elif plot:
        _draw(answer)
    else:
        _tell(answer)


def result(found: Any, *, plot: bool, since: datetime) -> None:
    """Show what came of a report, whatever it asks; and of when, if it was counted before."""
    match found.kind:
        case "top":
            top(found, ("what", "value"), plot=plot)
        case "funnel":
            funnel(found, plot=plot)
        case "retention":
            retention(found)
        case _:
            show(found, how=Format.TABLE, plot=plot)
    if found.computed_at < since:
        typer.echo(f"counted {(since - found.computed_at).total_seconds():.0f} s ago")


def top(found: "TopView", columns: tuple[str, str], *, plot: bool) -> None:
    if plot:
        bars([(one.key or "(none)", one.value) for one in found.items])
    else:
        grid(columns, [(one.key or "(none)", f"{one.value:g}") for one in found.items])


def funnel(found: "FunnelView", *, plot: bool) -> None:
    if plot:
        bars([(one.event, one.count) for one in found.steps])
        return
    rows = [(s.event, s.count, f"{s.share:.1%}", f"{s.share_of_previous:.1%}") for s in found.steps]
    grid(("step", "subjects", "of all", "of the step before"), rows)


def retention(found: "RetentionView") -> None:
    width = max((len(one.returned) for one in found.cohorts), default=0)
    rows = [
        (f"{one.begin:%Y-%m-%d}", one.size, *_shares(one.returned, one.size, width))
        for one in found.cohorts
    ]
    grid(("new in", "subjects", *(f"+{later}" for later in range(width))), rows)


def _shares(returned: list[int], size: int, width: int) -> list[str]:
    shown = [f"{n / size:.0%}" if size else "-" for n in returned]
    return [*shown, *[""] * (width - len(shown))]


def _tell(answer: "Answer") -> None:
    for series in answer.series:
        _title(series)
        grid(("from", "value"), [(point.begin, _number(point.value)) for point in series.points])
        typer.echo(f"total {_number(series.total)}")
    if answer.previous is not None:
        for series in answer.previous:
            _title(series)
            typer.echo(f"before {_number(series.total)}")


def _number(value: object) -> object:
    """Return a number of a chart without the fraction that it does not have."""
    return f"{value:.15g}" if isinstance(value, float) else value


def _draw(answer: "Answer") -> None:
    values = [float(point.value or 0) for one in answer.series for point in one.points]
    most = max((abs(value) for value in values), default=0) or 1
    for series in answer.series:
        _title(series)
        bars([(f"{p.begin:%Y-%m-%d %H:%M}", float(p.value or 0)) for p in series.points], most=most)


def _title(series: "Series") -> None:
    if series.dims:
        typer.echo("\n" + ", ".join(text(value or "(none)") for value in series.dims.values()))


def bars(rows: list[tuple[str, float]], *, most: float | None = None) -> None:
    """Draw a bar for each row."""
    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    size = most or max((abs(value) for _, value in rows), default=0) or 1
    drawn = Table.grid(padding=(0, 1))
    for name, value in rows:
        bar = Bar(size=size, begin=0, end=abs(value), width=WIDTH)
        drawn.add_row(Text(text(name)), bar, f"{value:g}")
    Console().print(drawn)
