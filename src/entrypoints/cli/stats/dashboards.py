"""Reports that are looked at together."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm
from entrypoints.cli.showing import (
    Json,
    Org,
    Yes,
    as_json,
    details,
    examples,
    text,
)
from entrypoints.cli.stats import drawing
from entrypoints.cli.stats.options import File, MaxAge, Plot, told
from entrypoints.cli.stats.using import used

if TYPE_CHECKING:
    from core.stats.schemas import DashboardItem

app = typer.Typer(help="Reports that are looked at together.", no_args_is_help=True)

SOME = "0199c0de-7000-7000-8000-000000000002"

Dashboard = Annotated[UUID, typer.Argument(metavar="DASHBOARD", help="Its id: `list` says it.")]


@app.command("list", epilog=examples("stats dashboards list engines"))
@listing(limit=100)
def list_dashboards(organization: Org, asked: Asked) -> None:
    """List the dashboards, the newest first."""
    from core.stats import schemas

    page = used("ListDashboards", organization, asked.of(schemas.ListDashboards))
    asked.show(page, ("id", "title", "reports"), reports=lambda one: len(one.report_ids))


@app.command("create", epilog=examples("stats dashboards create engines dashboard.json"))
def create(organization: Org, file: File, *, json: Json = False) -> None:
    """Put reports together: a title, and `report_ids` in their order."""
    from core.stats import schemas

    command = schemas.CreateDashboard.model_validate_json(told(file))
    details(used("CreateDashboard", organization, command), json=json)


@app.command("run", epilog=examples(f"stats dashboards run engines {SOME} --plot"))
def run(
    organization: Org,
    dashboard: Dashboard,
    max_age: MaxAge = 0,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """Ask all that is on a dashboard; what can't be told says why, in its place."""
    from core.stats import schemas

    began = datetime.now(UTC)
    about = {"dashboard_id": dashboard, "max_age": max_age}
    found = used("RunDashboard", organization, schemas.RunDashboard.model_validate(about))
    if json:
        as_json(found)
        return
    for place, item in enumerate(found.items):
        _show(item, first=not place, plot=plot, since=began)


def _show(item: "DashboardItem", *, first: bool, plot: bool, since: datetime) -> None:
    typer.echo(("" if first else "\n") + f"# {text(item.title)}")
    if item.problem is not None:
        typer.echo(f"{item.problem.code}: {item.problem.detail}")
    elif item.result is not None:
        drawing.result(item.result, plot=plot, since=since)


@app.command("delete", epilog=examples(f"stats dashboards delete engines {SOME} --yes"))
def delete(organization: Org, dashboard: Dashboard, *, yes: Yes = False) -> None:
    """Forget a dashboard; its reports stay."""
    from core.stats import schemas

    confirm("Forget the dashboard?", yes=yes)
    command = schemas.DeleteDashboard.model_validate({"dashboard_id": dashboard})
    used("DeleteDashboard", organization, command)
    typer.echo("It is deleted.")
