"""Who is told when a meter says too much."""

from typing import Annotated

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.showing import Json, Org, details, examples
from entrypoints.cli.stats.using import used

app = typer.Typer(
    help="Being told when a meter says too much, or too little.", no_args_is_help=True
)


@app.command("list", epilog=examples("stats alerts list engines"))
@listing(limit=100)
def list_alerts(organization: Org, asked: Asked) -> None:
    """List alerts, and how they stand."""
    from core.stats import schemas

    shown = ("id", "title", "meter", "above", "below", "window", "state", "value", "changed_at")
    asked.show(used("ListAlerts", organization, asked.of(schemas.ListAlerts)), shown)


@app.command(
    "create", epilog=examples("stats alerts create engines 'A good day' revenue --above 1000")
)
def create(
    organization: Org,
    title: Annotated[str, typer.Argument(help="What is told.")],
    meter: Annotated[str, typer.Argument(metavar="METER", help="Which meter is looked at.")],
    above: Annotated[str | None, typer.Option(help="Tell when it is more.")] = None,
    below: Annotated[str | None, typer.Option(help="Tell when it is less.")] = None,
    window: Annotated[str, typer.Option(help="`hour`, `day`, `week` or `month`.")] = "day",
    tz: Annotated[str, typer.Option(help="Whose day it is: Europe/Berlin, say.")] = "UTC",
    *,
    json: Json = False,
) -> None:
    """Have webhook endpoints told when a meter goes above or below a number."""
    from core.stats import schemas

    command = schemas.CreateAlert.model_validate(
        {
            "title": title,
            "meter": meter,
            "above": above,
            "below": below,
            "window": window,
            "tz": tz,
        }
    )
    details(used("CreateAlert", organization, command), json=json)


@app.command("delete", epilog=examples("stats alerts delete engines 0199c0de-..."))
def delete(organization: Org, alert: Annotated[str, typer.Argument(metavar="ALERT")]) -> None:
    """Be told no more."""
    from core.stats import schemas

    used("DeleteAlert", organization, schemas.AlertReference.model_validate({"alert_id": alert}))
    typer.echo("It is deleted.")
