"""What collections hold."""

import sys
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.management import record_files
from entrypoints.cli.management.record_files import Sort, Where
from entrypoints.cli.running import WRONG_USAGE, confirm, end, run
from entrypoints.cli.showing import (
    Cursor,
    Json,
    Limit,
    Org,
    Yes,
    as_json,
    details,
    examples,
    grid,
    more,
    text,
)

if TYPE_CHECKING:
    from bootstrap import Application

app = typer.Typer(help="What collections hold.", no_args_is_help=True)
record_files.add_to(app)

SOME = "0199c0de-7000-7000-8000-000000000001"

Key = Annotated[str, typer.Argument(metavar="KEY", help="Of the collection.")]
Record = Annotated[UUID, typer.Argument(metavar="RECORD", help="Its id: `list` says it.")]
Said = Annotated[str, typer.Argument(metavar="JSON", help="An object of fields; - is the input.")]
Match = Annotated[
    int | None, typer.Option("--if-version", help="Refuse unless it has this version.")
]


@app.command(
    "list",
    epilog=examples(
        "records list engines tickets --filter status=open --sort -priority",
        "records list engines tickets --filter 'price[gte]=10' --fields title,price --json",
    ),
)
def list_records(
    organization: Org,
    key: Key,
    where: Where = None,
    sort: Sort = None,
    q: Annotated[str | None, typer.Option(help="Words that are in some text.")] = None,
    fields: Annotated[str | None, typer.Option(help="Which fields are shown.")] = None,
    expand: Annotated[str | None, typer.Option(help="Fields whose records are shown.")] = None,
    *,
    limit: Limit = 25,
    cursor: Cursor = None,
    count: Annotated[bool, typer.Option("--count", help="Say how many there are.")] = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="Deleted ones as well.")] = False,
    json: Json = False,
) -> None:
    """List records, the newest first unless they are to be sorted."""
    from core.management.records import schemas

    query = schemas.ListRecords(
        **record_files.question(key, where, sort, fields),
        q=q,
        expand=record_files.keys(expand) or (),
        limit=limit,
        cursor=cursor,
        count="exact" if count else "none",
        include_deleted=deleted,
    )
    page = used("ListRecords", organization, query)
    _table(page.items, json=json)
    if page.count is not None:
        typer.echo(f"There are {page.count}.", err=True)
    more(page.next_cursor)


@app.command("get", epilog=examples(f"records get engines tickets {SOME}"))
def get(organization: Org, key: Key, record: Record, *, json: Json = False) -> None:
    """Show a record."""
    from core.management.records import schemas

    query = schemas.GetRecord.model_validate(_of(key, record))
    _show(used("GetRecord", organization, query).record, json=json)


@app.command(
    "create",
    epilog=examples(
        """records create engines tickets '{"title": "Printer on fire"}'""",
        "records create engines tickets - < ticket.json",
    ),
)
def create(organization: Org, key: Key, data: Said, *, json: Json = False) -> None:
    """Make a record."""
    from core.management.records import schemas

    command = schemas.CreateRecord(collection=key, data=_said(data))
    _show(used("CreateRecord", organization, command).record, json=json)


@app.command(
    "update",
    epilog=examples(
        f"""records update engines tickets {SOME} '{{"status": "done", "due": null}}'"""
    ),
)
def update(
    organization: Org, key: Key, record: Record, patch: Said, version: Match = None, *,
    json: Json = False,
) -> None:  # fmt: skip
    """Change a record by a merge patch: null takes a field away."""
    from core.management.records import schemas

    about = {"patch": _said(patch), "expected_version": version, "unconditional": version is None}
    command = schemas.UpdateRecord.model_validate(_of(key, record) | about)
    _show(used("UpdateRecord", organization, command).record, json=json)


@app.command(
    "put",
    epilog=examples(
        """records put engines tickets T-17 --by number '{"title": "Printer on fire"}'"""
    ),
)
def put(
    organization: Org,
    key: Key,
    name: Annotated[str, typer.Argument(metavar="NAME", help="An id, or with --by a value.")],
    data: Said,
    by: Annotated[str | None, typer.Option(help="The unique field that NAME is of.")] = None,
    *,
    json: Json = False,
) -> None:
    """Have a record say this, whether it is there or not."""
    from core.management.records import schemas

    command = schemas.PutRecord(
        collection=key, named=name, by=by, data=_said(data), unconditional=True
    )
    _show(used("PutRecord", organization, command).record, json=json)


@app.command("delete", epilog=examples(f"records delete engines tickets {SOME} --yes"))
def delete(
    organization: Org, key: Key, record: Record, version: Match = None, *, yes: Yes = False
) -> None:
    """Delete a record; `restore` brings it back."""
    from core.management.records import schemas

    confirm("Delete the record?", yes=yes)
    about = {"expected_version": version, "unconditional": version is None}
    command = schemas.DeleteRecord.model_validate(_of(key, record) | about)
    used("DeleteRecord", organization, command)
    typer.echo("It is deleted.")


@app.command("restore", epilog=examples(f"records restore engines tickets {SOME}"))
def restore(organization: Org, key: Key, record: Record, *, json: Json = False) -> None:
    """Have a deleted record live again."""
    from core.management.records import schemas

    command = schemas.RestoreRecord.model_validate(_of(key, record))
    _show(used("RestoreRecord", organization, command).record, json=json)


@app.command("history", epilog=examples(f"records history engines tickets {SOME}"))
def history(
    organization: Org, key: Key, record: Record, limit: Limit = 25, cursor: Cursor = None, *,
    json: Json = False,
) -> None:  # fmt: skip
    """List what a record said, the newest version first."""
    from core.management.records import schemas

    asked = _of(key, record) | {"limit": limit, "cursor": cursor}
    query = schemas.ListRecordHistory.model_validate(asked)
    page = used("ListRecordHistory", organization, query)
    if json:
        as_json(page.items)
    else:
        rows = [(one.version, one.at, one.by, one.deleted, _cell(one.data)) for one in page.items]
        grid(("version", "at", "by", "deleted", "data"), rows)
    more(page.next_cursor)


@app.command("revert", epilog=examples(f"records revert engines tickets {SOME} 3"))
def revert(
    organization: Org,
    key: Key,
    record: Record,
    version: Annotated[int, typer.Argument(min=1, help="`history` says which there are.")],
    *,
    json: Json = False,
) -> None:
    """Have a record say again what it said; that is a new version."""
    from core.management.records import schemas

    about = {"version": version, "unconditional": True}
    command = schemas.RevertRecord.model_validate(_of(key, record) | about)
    _show(used("RevertRecord", organization, command).record, json=json)


@app.command("verify-index", epilog=examples("records verify-index engines tickets --mend"))
def verify_index(
    organization: Org,
    key: Key,
    *,
    mend: Annotated[bool, typer.Option("--mend", help="Put right what is wrong.")] = False,
    json: Json = False,
) -> None:
    """Look whether the side index says of every record what the record says."""
    from core.management.records import schemas

    found = used("VerifyRecords", organization, schemas.VerifyRecords(collection=key, mend=mend))
    details(found, json=json)
    if found.wrong and not found.mended:
        raise typer.Exit(1)


@app.command("watch", epilog=examples("records watch engines tickets"))
def watch(organization: Org, key: Key, *, json: Json = False) -> None:
    """Print changes as they happen, until it is interrupted."""
    from core.management.records import schemas, service

    async def work(app: "Application") -> None:
        actor = await finding.inside(app, organization)
        query = schemas.WatchRecords(collection=key)
        while True:
            async for one in await app.use(service.WatchRecords)(query, actor):
                if one is not None:
                    query = schemas.WatchRecords(collection=key, last_event_id=one.event_id)
                    told = one.model_dump_json() if json else f"{one.what}  {one.id}  {one.version}"
                    typer.echo(told)

    run(work)


def used(use_case: str, organization: str, command: object) -> Any:
    """Run a use case of records by its name, inside an organization."""

    async def work(app: "Application") -> Any:
        from core.management.records import service

        actor = await finding.inside(app, organization)
        use: Any = app.use(getattr(service, use_case))
        return await use(command, actor)

    return run(work)


def _of(key: str, record: UUID) -> dict[str, object]:
    return {"collection": key, "record_id": record}


def _said(told: str) -> dict[str, Any]:
    from pydantic_core import from_json

    try:
        said = from_json(sys.stdin.read() if told == "-" else told, allow_inf_nan=False)
    except ValueError as error:
        end(WRONG_USAGE, f"This is no JSON: {error}.")
    if not isinstance(said, dict):
        end(WRONG_USAGE, "Write a JSON object of fields.")
    return said


def _show(record: dict[str, Any], *, json: bool) -> None:
    if json:
        as_json(record)
        return
    width = max(map(len, record))
    for name, value in record.items():
        typer.echo(f"{name:<{width}}  {text(_cell(value))}")


def _table(items: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        as_json(items)
    elif items:
        columns = [one for one in items[0] if one not in record_files.STAMPS or one == "id"]
        grid(columns, [[_cell(one.get(name)) for name in columns] for one in items])


def _cell(value: Any) -> Any:
    """Return what stands in a cell: JSON of what is more than one value."""
    from pydantic_core import to_json

    return to_json(value).decode() if isinstance(value, dict) else value
