"""Numbers at a terminal: tables, bars over time, CSV."""

from typing import TYPE_CHECKING

import typer

from entrypoints.cli.showing import as_json, grid, text
from entrypoints.cli.stats.options import Format

if TYPE_CHECKING:
    from core.stats.schemas import Answer, Series

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


def _tell(answer: "Answer") -> None:
    for series in answer.series:
        _title(series)
        grid(("from", "value"), [(point.begin, point.value) for point in series.points])
        typer.echo(f"total {series.total}")
    if answer.previous is not None:
        for series in answer.previous:
            _title(series)
            typer.echo(f"before {series.total}")


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
