"""What arrived from the payment provider."""

from typing import Annotated

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import WRONG_USAGE, end, use
from entrypoints.cli.showing import Json, details, examples

app = typer.Typer(help="What arrived from the payment provider.", no_args_is_help=True)

Event = Annotated[str, typer.Argument(metavar="EVENT", help="Its id at the provider.")]
SHOWN = ("id", "type", "status", "attempts", "error", "received_at")


@app.command("list", epilog=examples("billing events list --status dead"))
@listing()
def list_events(
    asked: Asked,
    status: Annotated[
        str | None, typer.Option(help="`pending`, `processed`, `ignored` or `dead`.")
    ] = None,
) -> None:
    """List events, the newest first, and what became of them."""
    from core.billing import schemas, service

    asked.show(use(service.ListEvents, asked.of(schemas.ListEvents, status=status)), SHOWN)


@app.command("show", epilog=examples("billing events show evt_1Q2w3E"))
def show(event: Event, *, json: Json = False) -> None:
    """Show an event with what it said, until that is forgotten after a month."""
    from core.billing import schemas, service

    details(use(service.GetEvent, schemas.EventReference(event_id=event)), json=json)


@app.command(
    "replay", epilog=examples("billing events replay evt_1Q2w3E", "billing events replay --dead")
)
def replay(
    event: Annotated[
        str | None, typer.Argument(metavar="EVENT", help="Its id at the provider.")
    ] = None,
    *,
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
) -> None:
    """Act on an event once more: it only says where to look, so that does no harm."""
    from core.billing import schemas, service

    if (event is None) is not dead:
        end(WRONG_USAGE, "Name an event, or say --dead.")
    if event is None:
        replayed = use(service.ReplayDeadEvents, schemas.ReplayDeadEvents())
        typer.echo(f"{replayed} are worked off again.")
        return
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
