"""What arrived from the payment provider."""

from typing import Annotated

import typer

from entrypoints.cli.running import use
from entrypoints.cli.showing import Cursor, Json, Limit, examples, more, table

app = typer.Typer(help="What arrived from the payment provider.", no_args_is_help=True)

SHOWN = ("id", "type", "status", "attempts", "error", "received_at")


@app.command("list", epilog=examples("billing events list --status dead"))
def list_events(
    status: Annotated[
        str | None, typer.Option(help="`pending`, `processed`, `ignored` or `dead`.")
    ] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
    *,
    json: Json = False,
) -> None:
    """List events, the newest first, and what became of them."""
    from core.billing import schemas, service

    query = schemas.ListEvents.model_validate({"status": status, "limit": limit, "cursor": cursor})
    page = use(service.ListEvents, query)
    table(page.items, SHOWN, json=json)
    if not json:
        more(page.next_cursor)


@app.command("replay", epilog=examples("billing events replay evt_1Q2w3E"))
def replay(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Its id at the provider.")],
) -> None:
    """Act on an event once more: it only says where to look, so that does no harm."""
    from core.billing import schemas, service

    use(service.ReplayEvent, schemas.EventReference(event_id=event))
    typer.echo("It is worked off again.")


@app.command("backfill", epilog=examples("billing events backfill --minutes 1440"))
def backfill(
    minutes: Annotated[int, typer.Option(min=1, max=43200, help="Of how long.")] = 60,
) -> None:
    """Fetch events that never arrived; it also runs by the clock."""
    from core.billing import schemas, service

    missed = use(service.BackfillEvents, schemas.BackfillEvents(minutes=minutes))
    typer.echo(f"{missed} events had not arrived.")
