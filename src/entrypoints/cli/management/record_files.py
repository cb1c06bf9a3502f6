"""Records in and out of files, and many at once."""

import re
import sys
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import WRONG_USAGE, end, run
from entrypoints.cli.showing import Json, Org, as_json, details, examples, grid

if TYPE_CHECKING:
    from bootstrap import Application
    from core.management.records.importing import Taken
    from core.management.records.schemas import ImportView
    from core.models import Actor

STAMPS: Final = {"id", "version", "created_at", "updated_at", "created_by", "updated_by"}
FILTER: Final = re.compile(r"([a-z][a-z0-9_]*)(?:\[([a-z_]+)\])?=(.*)", re.DOTALL)

Key = Annotated[str, typer.Argument(metavar="KEY", help="Of the collection.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--filter", help="FIELD=VALUE, or FIELD[OPERATOR]=VALUE; many must all hold."),
]
Sort = Annotated[str | None, typer.Option(help="Keys; a minus puts the largest first.")]


def add_to(app: typer.Typer) -> None:
    app.command(
        "import",
        epilog=examples(
            "records import engines tickets tickets.csv --dry-run",
            "records import engines tickets tickets.ndjson --upsert-on number",
        ),
    )(import_records)
    app.command("export", epilog=examples("records export engines tickets --output tickets.csv"))(
        export
    )
    app.command("batch", epilog=examples("records batch engines tickets changes.json"))(batch)


def import_records(
    organization: Org,
    key: Key,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Lines of JSON, or .csv; - is the input.")
    ],
    upsert_on: Annotated[
        str | None, typer.Option(help="What tells which record a row is: id, or a unique field.")
    ] = None,
    max_errors: Annotated[
        int, typer.Option(min=0, max=1000, help="Stop after so many wrong rows.")
    ] = 100,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be.")] = False,
    json: Json = False,
) -> None:
    """Take records from a file, a thousand at a time; rows that can't be taken are told."""
    from core.management.records import constants

    rows = _rows(file)
    about = {
        "upsert_on": upsert_on,
        "max_errors": max_errors,
        "dry_run": dry_run,
        "table": file.suffix == ".csv",
    }

    async def work(app: "Application") -> "ImportView":
        actor = await finding.inside(app, organization)
        chunks = list(batched(rows, constants.INLINE, strict=False))
        return await _taken(app, actor, key, chunks, about)

    _tell(run(work), json=json)


def _rows(file: Path) -> list[dict[str, Any]]:
    from core.management.records import tables

    text = _read(file)
    if file.suffix == ".csv":
        return [dict(one) for one in tables.read(text, sys.maxsize)]
    return tables.lines(text, sys.maxsize)


def _tell(view: "ImportView", *, json: bool) -> None:
    if json:
        as_json(view)
    else:
        details(view.model_copy(update={"errors": len(view.errors)}), json=False)
        if view.errors:
            grid(("where", "code", "what"), [(e.pointer, e.code, e.detail) for e in view.errors])
    if view.state == "failed":
        raise typer.Exit(1)


async def _taken(
    app: "Application",
    actor: "Actor",
    key: str,
    chunks: list[tuple[dict[str, Any], ...]],
    about: dict[str, Any],
) -> "ImportView":
    from rich.progress import track

    from core.management.records import filing, schemas, service
    from core.management.records.importing import Taken

    take, taken, seen = app.use(service.ImportRecords), Taken(), 0
    whole = {"collection": key, **about}
    for some in track(chunks, description="records", disable=not sys.stderr.isatty()):
        left = about["max_errors"] - taken.failed
        command = whole | {"rows": list(some), "max_errors": left}
        view = await take(schemas.ImportRecords.model_validate(command), actor)
        taken = taken.plus(_moved(view, seen))
        seen += len(some)
        if taken.failed > about["max_errors"]:
            break
    rows = [one for some in chunks for one in some]
    told = filing.view(schemas.ImportRecords.model_validate(whole | {"rows": rows}), taken)
    return told.model_copy(
        update={"seen": seen, "created": taken.created, "updated": taken.updated}
    )


def _moved(view: "ImportView", seen: int) -> "Taken":
    """Return what came of some rows, whose errors point at where they are in the file."""
    from core.management.records.importing import Taken

    errors = []
    for one in view.errors:
        _, _, row, *rest = one.pointer.split("/")
        place = "/".join(["#/rows", str(int(row) + seen), *rest])
        errors.append(one.model_copy(update={"pointer": place}))
    return Taken(
        created=view.created,
        updated=view.updated,
        unchanged=view.unchanged,
        failed=view.failed,
        errors=tuple(errors),
    )


def export(
    organization: Org,
    key: Key,
    where: Where = None,
    sort: Sort = None,
    fields: Annotated[str | None, typer.Option(help="Which fields.")] = None,
    output: Annotated[
        Path, typer.Option(metavar="FILE", help="Lines of JSON, or .csv; - is the output.")
    ] = Path("-"),
) -> None:
    """Write records to a file that can be taken again."""
    from core.management.records import schemas, service

    query = schemas.ExportRecords(**question(key, where, sort, fields))

    async def work(app: "Application") -> None:
        actor = await finding.inside(app, organization)
        found = await app.use(service.ExportRecords)(query, actor)
        lines = found.lines("csv" if output.suffix == ".csv" else "ndjson")
        try:
            if str(output) == "-":
                async for line in lines:
                    sys.stdout.write(line)
                return
            with output.open("w", newline="", encoding="utf-8") as out:
                async for line in lines:
                    out.write(line)
        except OSError as error:
            end(WRONG_USAGE, f"{output} can't be written: {error.strerror}.")

    run(work)


def batch(
    organization: Org,
    key: Key,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON with `ops` and `mode`; - is the input.")
    ],
    *,
    json: Json = False,
) -> None:
    """Change many records at once: all or none of them, or with mode partial those that can be."""
    from core.management.records import schemas, service

    change = schemas.BatchChange.model_validate_json(_read(file))
    command = schemas.BatchRecords(collection=key, **dict(change))

    async def work(app: "Application") -> schemas.BatchView:
        actor = await finding.inside(app, organization)
        return await app.use(service.BatchRecords)(command, actor)

    view = run(work)
    if json:
        as_json(view)
    else:
        rows = [(one.result, one.id, one.version, one.code) for one in view.results]
        grid(("result", "id", "version", "code"), rows)
    if view.failed:
        raise typer.Exit(1)


def question(
    key: str, where: list[str] | None, sort: str | None, fields: str | None
) -> dict[str, Any]:
    filters = _filters(where or [])
    return {"collection": key, "filters": filters, "sort": sort, "fields": keys(fields)}


def _filters(told: list[str]) -> dict[tuple[str, str], str]:
    """Read FIELD[OPERATOR]=VALUE."""
    found = dict[tuple[str, str], str]()
    for one in told:
        matched = FILTER.fullmatch(one)
        if matched is None:
            end(WRONG_USAGE, f"Write FIELD=VALUE or FIELD[OPERATOR]=VALUE, not {one}.")
        found[matched[1], matched[2] or "eq"] = matched[3]
    return found


def keys(told: str | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(filter(None, told.split(",")))


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        end(WRONG_USAGE, f"{file} can't be read: {error.strerror}.")
    except UnicodeDecodeError:
        end(WRONG_USAGE, f"{file} is not UTF-8.")
