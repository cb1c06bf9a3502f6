"""Events in and out of files."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import WRONG_USAGE, end, run
from entrypoints.cli.showing import Json, Org, Yes, examples, table
from entrypoints.cli.stats.using import used

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

SHOWN = 3
AT_ONCE = 3


def add_to(app: typer.Typer) -> None:
    app.command("ingest", epilog=examples("stats ingest engines events.ndjson"))(ingest)
    app.command("export", epilog=examples("stats export engines --output events.csv"))(export)
    app.command("names", epilog=examples("stats names engines"))(names)
    app.command("props", epilog=examples("stats props engines order.placed"))(props)
    app.command("erase", epilog=examples("stats erase engines --subject user-17"))(erase)


def ingest(
    organization: Org,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Lines of JSON, or .csv; - is the input.")
    ],
) -> None:
    """Take events from a file. Taken again they count once."""
    from rich.progress import track

    from core.stats import constants
    from entrypoints.exchange import read

    with _opened(file) as (lines, size):

        async def work(app: "Application") -> Counter[str]:
            actor = await finding.inside(app, organization)
            told = read(lines, "csv" if file.suffix == ".csv" else "ndjson")
            chunks = batched(told, constants.IMPORTED_AT_ONCE, strict=False)
            shown = track(chunks, total=size, description="events", disable=not sys.stderr.isatty())
            return await taken(app, actor, shown)

        try:
            found = run(work)
        except* ValueError as errors:
            end(WRONG_USAGE, str(errors.exceptions[0]))
    typer.echo(
        f"{found['inserted']} events are new, {found['duplicates']} were known,"
        f" {found['rejected']} were not taken."
    )


async def taken(
    app: "Application", actor: "Actor", chunks: Iterable[tuple[dict[str, Any], ...]]
) -> Counter[str]:
    """Take events, a few chunks at once: one is read and judged while another is kept."""
    import asyncio
    import gc

    from core.stats import exceptions, schemas, service

    take, found, free = app.use(service.ImportEvents), Counter[str](), asyncio.Semaphore(AT_ONCE)

    gc.freeze()  # what is loaded stays: to look at it again and again costs a third of the time

    async def one(some: tuple[dict[str, Any], ...]) -> None:
        try:
            view = await take(schemas.Import(events=some), actor)
        except exceptions.NothingTaken as error:
            found["rejected"] += len(some)
            _complain([wrong.detail for wrong in error.errors])
        else:
            found.update(inserted=view.inserted, duplicates=view.duplicates)
            found["rejected"] += len(view.rejected)
            _complain([wrong.detail for wrong in view.rejected])
        finally:
            free.release()

    async with asyncio.TaskGroup() as tasks:
        for some in chunks:
            await free.acquire()
            tasks.create_task(one(some))
    return found


def _complain(details: list[str]) -> None:
    for detail in details[:SHOWN]:
        typer.echo(f"not taken: {detail}", err=True)


def export(
    organization: Org,
    name: Annotated[str | None, typer.Option(help="Of which name; left out: all.")] = None,
    subject: Annotated[str | None, typer.Option(help="Whose; left out: everybody's.")] = None,
    output: Annotated[
        Path, typer.Option(metavar="FILE", help=".csv or lines of JSON; - is the output.")
    ] = Path("-"),
) -> None:
    """Write events to a file that can be taken again, the newest first."""
    from core.stats import schemas, service
    from entrypoints.exchange import written

    asked = schemas.ExportEvents(name=name, subject=subject)
    how = "csv" if output.suffix == ".csv" else "ndjson"

    async def work(app: "Application") -> int:
        actor = await finding.inside(app, organization)
        pages = await app.use(service.ExportEvents)(asked, actor)
        number = 0
        with _writing(output) as out:
            async for page in pages:
                out.write(written(page, how, header=not number))
                number += len(page)
                if sys.stderr.isatty():
                    typer.echo(f"\r{number} events", nl=False, err=True)
        return number

    typer.echo(f"{run(work)} events were written.", err=True)


def names(organization: Org, *, json: Json = False) -> None:
    """List what kinds of events there are, the most frequent of 30 days first."""
    from core.stats import schemas

    found = used("ListNames", organization, schemas.ListNames())
    table(found.items, ("name", "count", "first_seen", "last_seen"), json=json)


def props(organization: Org, name: str, *, json: Json = False) -> None:
    """List what properties the newest events of a name have."""
    from core.stats import schemas

    found = used("ListProps", organization, schemas.NameReference(name=name))
    table(found.items, ("key", "count", "kinds"), json=json)


def erase(
    organization: Org,
    subject: Annotated[str, typer.Option(help="Whose events.")],
    *,
    yes: Yes = False,
) -> None:
    """Forget everything that somebody did."""
    from core.stats import schemas

    if not yes and sys.stdin.isatty():
        typer.confirm(f"Forget all events of {subject} for good?", abort=True)

    number = used("EraseSubject", organization, schemas.EraseSubject(subject=subject))
    typer.echo(f"{number} events are forgotten.")


@contextmanager
def _opened(file: Path) -> Iterator[tuple[TextIO, float | None]]:
    """Open what is read, and say in how many chunks about it comes."""
    if str(file) == "-":
        yield sys.stdin, None
        return
    try:
        with file.open(newline="") as lines:
            yield lines, _chunks(file)
    except OSError as error:
        end(WRONG_USAGE, f"{file} can't be read: {error.strerror}.")


def _chunks(file: Path) -> float:
    from core.stats.constants import IMPORTED_AT_ONCE

    with file.open("rb") as lines:
        some = lines.read(1 << 20)
    per_line = max(len(some) / max(some.count(b"\n"), 1), 1)
    return max(file.stat().st_size / per_line / IMPORTED_AT_ONCE, 1)


@contextmanager
def _writing(output: Path) -> Iterator[TextIO]:
    if str(output) == "-":
        yield sys.stdout
        return
    with output.open("w", newline="") as out:
        yield out
