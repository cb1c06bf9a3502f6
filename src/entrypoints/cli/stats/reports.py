"""What is asked again and again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import WRONG_USAGE, confirm, end
from entrypoints.cli.showing import (
    Json,
    Org,
    Yes,
    as_json,
    details,
    examples,
)
from entrypoints.cli.stats import drawing
from entrypoints.cli.stats.options import File, MaxAge, Plot, told
from entrypoints.cli.stats.using import used

app = typer.Typer(help="What is asked again and again.", no_args_is_help=True)

SOME = "0199c0de-7000-7000-8000-000000000001"

Report = Annotated[UUID, typer.Argument(metavar="REPORT", help="Its id: `list` says it.")]


@app.command("list", epilog=examples("stats reports list engines"))
@listing(limit=100)
def list_reports(organization: Org, asked: Asked) -> None:
    """List what is asked again and again, the newest first."""
    from core.stats import schemas

    page = used("ListReports", organization, asked.of(schemas.ListReports))
    kinds = {"kind": lambda one: one.query.kind}
    asked.show(page, ("id", "title", "kind", "chart"), **kinds)


@app.command(
    "create",
    epilog=examples(
        "stats reports create engines report.json",
        "stats reports create engines - < report.json",
    ),
)
def create(organization: Org, file: File, *, json: Json = False) -> None:
    """Keep what is asked again and again: a title, a `query` of some `kind`, a `range`."""
    from core.stats import schemas

    command = schemas.CreateReport.model_validate_json(told(file))
    details(used("CreateReport", organization, command), json=json)


@app.command("run", epilog=examples(f"stats reports run engines {SOME} --plot"))
def run(
    organization: Org,
    report: Report,
    max_age: MaxAge = 0,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """Ask what a report asks, of now; or tell what was counted not long ago."""
    from core.stats import schemas

    began = datetime.now(UTC)
    query = schemas.RunReport.model_validate(_of(report) | {"max_age": max_age})
    found = used("RunReport", organization, query)
    if json:
        as_json(found)
    else:
        drawing.result(found, plot=plot, since=began)


@app.command("chart", epilog=examples(f"stats reports chart engines {SOME} --output chart.svg"))
def chart(
    organization: Org,
    report: Report,
    output: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the SVG goes; - is the output.")
    ],
    width: Annotated[int, typer.Option(min=200, max=2000, help="In pixels.")] = 800,
    height: Annotated[int, typer.Option(min=150, max=2000, help="In pixels.")] = 400,
) -> None:
    """Draw what a report says now."""
    from core.stats import schemas

    size = {"width": width, "height": height}
    command = schemas.DrawReport.model_validate(_of(report) | {"size": size})
    drawn: bytes = used("DrawReport", organization, command)
    if str(output) == "-":
        typer.echo(drawn)
        return
    try:
        output.write_bytes(drawn)
    except OSError as error:
        end(WRONG_USAGE, f"{output} can't be written: {error.strerror}.")


@app.command("delete", epilog=examples(f"stats reports delete engines {SOME} --yes"))
def delete(organization: Org, report: Report, *, yes: Yes = False) -> None:
    """Forget a report, and take it off the dashboards that it is on."""
    from core.stats import schemas

    confirm("Forget the report?", yes=yes)
    used("DeleteReport", organization, schemas.DeleteReport.model_validate(_of(report)))
    typer.echo("It is deleted.")


def _of(report: UUID) -> dict[str, object]:
    return {"report_id": report}
