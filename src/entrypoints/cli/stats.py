"""Events and numbers, at a terminal."""

import json as json_lines
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import WRONG_USAGE, end, operator, run, use
from entrypoints.cli.showing import Json, Org, as_json, details, examples, grid, table

if TYPE_CHECKING:
    from bootstrap import Application
    from core.stats.schemas import Answer

app = typer.Typer(help="What happened, and the numbers of it.", no_args_is_help=True)
meters = typer.Typer(help="What is added up while it happens.", no_args_is_help=True)
partitions = typer.Typer(help="The months that events are kept in.", no_args_is_help=True)
app.add_typer(meters, name="meters")
app.add_typer(partitions, name="partitions")

Days = Annotated[int, typer.Option(min=1, max=1830, help="Of the last so many days.")]
Interval = Annotated[str, typer.Option(help="`minute`, `15m`, `hour`, `day`, `week` or `month`.")]
Zone = Annotated[str, typer.Option(help="Whose days they are: Europe/Berlin, say.")]
GroupBy = Annotated[
    list[str] | None, typer.Option(help="A property to tell apart by; up to three times.")
]
Plot = Annotated[bool, typer.Option("--plot", help="Draw it.")]
Slug = Annotated[str, typer.Argument(metavar="METER", help="Its name.")]


@app.command("ingest", epilog=examples("stats ingest engines events.ndjson"))
def ingest(
    organization: Org,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A line of JSON each; - is the input.")
    ],
) -> None:
    """Take events from a file. Taken again they count once."""
    from rich.progress import track

    from core.stats import schemas, service

    lines = list(_lines(file))

    async def work(app: "Application") -> tuple[int, int, int]:
        actor = await finding.inside(app, organization)
        inserted = duplicates = rejected = 0
        take = app.use(service.IngestEvents)
        many = [list(some) for some in batched(lines, 1000, strict=False)]
        for some in track(many, description="events", disable=not sys.stderr.isatty()):
            view = await take(schemas.Ingest(events=some), actor)
            inserted += view.inserted
            duplicates += view.duplicates
            rejected += len(view.rejected)
            for one in view.rejected[:3]:
                typer.echo(f"not taken: {one.detail}", err=True)
        return inserted, duplicates, rejected

    new, known, wrong = run(work)
    typer.echo(f"{new} events are new, {known} were known, {wrong} were not taken.")


@app.command(
    "query",
    epilog=examples(
        "stats query engines --event order.placed --days 30 --plot",
        "stats query engines --event order.placed --aggregation sum --property amount",
    ),
)
def query(
    organization: Org,
    event: Annotated[str | None, typer.Option(help="Of which events; left out: of all.")] = None,
    aggregation: Annotated[
        str, typer.Option(help="`count`, `sum`, `avg`, `min`, `max` or `unique`.")
    ] = "count",
    property_: Annotated[str | None, typer.Option("--property", help="What is added up.")] = None,
    days: Days = 30,
    interval: Interval = "day",
    tz: Zone = "UTC",
    group_by: GroupBy = None,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """Ask for numbers, over time and by group."""
    from core.stats import schemas, service

    asked = schemas.Query.model_validate(
        _range(days, interval, tz)
        | {
            "event": event,
            "aggregation": aggregation,
            "property": property_,
            "group_by": group_by or [],
        }
    )

    async def work(app: "Application") -> Any:
        return await app.use(service.QueryStats)(asked, await finding.inside(app, organization))

    _show(run(work), plot=plot, json=json)


@app.command("names", epilog=examples("stats names engines"))
def names(organization: Org, *, json: Json = False) -> None:
    """List what kinds of events there are, the most frequent first."""
    from core.stats import service

    async def work(app: "Application") -> Any:
        return await app.use(service.ListNames)(None, await finding.inside(app, organization))

    table(run(work).items, ("name", "count", "first_seen", "last_seen"), json=json)


@app.command("erase", epilog=examples("stats erase engines --subject user-17"))
def erase(organization: Org, subject: Annotated[str, typer.Option(help="Whose events.")]) -> None:
    """Forget everything that somebody did."""
    from core.stats import schemas, service

    async def work(app: "Application") -> int:
        actor = await finding.inside(app, organization)
        return await app.use(service.EraseSubject)(schemas.EraseSubject(subject=subject), actor)

    typer.echo(f"{run(work)} events are forgotten.")


@meters.command("list", epilog=examples("stats meters list engines"))
def list_meters(organization: Org, *, json: Json = False) -> None:
    """List what is added up."""
    from core.stats import service

    async def work(app: "Application") -> Any:
        return await app.use(service.ListMeters)(None, await finding.inside(app, organization))

    shown = ("slug", "event_name", "aggregation", "property", "dimensions", "created_at")
    table(run(work).items, shown, json=json)


@meters.command(
    "create",
    epilog=examples(
        "stats meters create engines revenue --event order.placed --aggregation sum"
        " --property amount"
    ),
)
def create_meter(
    organization: Org,
    slug: Slug,
    event: Annotated[str, typer.Option(help="Of which events.")],
    aggregation: Annotated[str, typer.Option(help="`count`, `sum`, `min` or `max`.")] = "count",
    property_: Annotated[str | None, typer.Option("--property", help="What is added up.")] = None,
    dimension: Annotated[
        list[str] | None, typer.Option(help="A property to tell apart by; up to four times.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Add something up from now on, and all of it that happened before."""
    from core.stats import schemas, service

    command = schemas.CreateMeter.model_validate(
        {
            "slug": slug,
            "event_name": event,
            "aggregation": aggregation,
            "property": property_,
            "dimensions": dimension or [],
        }
    )

    async def work(app: "Application") -> Any:
        return await app.use(service.CreateMeter)(command, await finding.inside(app, organization))

    details(run(work), json=json)


@meters.command("usage", epilog=examples("stats meters usage engines revenue --days 7 --plot"))
def usage(
    organization: Org,
    slug: Slug,
    days: Days = 30,
    interval: Interval = "day",
    tz: Zone = "UTC",
    group_by: GroupBy = None,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """See what a meter added up: at once, however much happened."""
    from core.stats import schemas, service

    asked = schemas.MeterUsage.model_validate(
        _range(days, interval, tz)
        | {"slug": slug, "group_by": ",".join(group_by) if group_by else None}
    )

    async def work(app: "Application") -> Any:
        return await app.use(service.QueryMeter)(asked, await finding.inside(app, organization))

    _show(run(work), plot=plot, json=json)


@partitions.command("ensure", epilog=examples("stats partitions ensure"))
def ensure() -> None:
    """Have a place for what will happen, forget what is too old; it also runs by the clock."""
    from core.stats import schemas, service

    made, dropped = use(service.MaintainPartitions, schemas.MaintainPartitions(), operator())
    typer.echo(f"{made} months were made, {dropped} were forgotten.")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    text = sys.stdin.read() if str(file) == "-" else file.read_text()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json_lines.loads(line)
        except ValueError:
            end(WRONG_USAGE, f"Line {number} is no JSON.")
        if not isinstance(told, dict):
            end(WRONG_USAGE, f"Line {number} is no event.")
        yield told


def _range(days: int, interval: str, tz: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    begin = now - timedelta(days=days)
    begin = begin.replace(minute=0, second=0, microsecond=0)
    ahead = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return {"from": begin, "to": ahead, "interval": interval, "tz": tz}


def _show(answer: "Answer", *, plot: bool, json: bool) -> None:
    if json:
        as_json(answer)
        return
    if plot:
        _draw(answer)
        return
    for series in answer.series:
        if series.dims:
            typer.echo("\n" + ", ".join(value or "(none)" for value in series.dims.values()))
        grid(("from", "value"), [(point.begin, point.value) for point in series.points])
        typer.echo(f"total {series.total}")


def _draw(answer: "Answer") -> None:
    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table

    values = [float(point.value or 0) for one in answer.series for point in one.points]
    most = max((abs(value) for value in values), default=0) or 1
    for series in answer.series:
        drawn = Table.grid(padding=(0, 1))
        for point in series.points:
            value = float(point.value or 0)
            drawn.add_row(
                f"{point.begin:%Y-%m-%d %H:%M}",
                Bar(size=most, begin=0, end=abs(value), width=50),
                f"{value:g}",
            )
        if series.dims:
            Console().print(", ".join(value or "(none)" for value in series.dims.values()))
        Console().print(drawn)
