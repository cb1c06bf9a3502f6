"""What also runs by the clock, by hand."""

from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli.running import confirm, operator, run, use
from entrypoints.cli.showing import Json, Yes, details, examples

if TYPE_CHECKING:
    from bootstrap import Application

orphans = typer.Typer(help="Bytes without a file, and files without bytes.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command("gc", epilog=examples("storage gc"))(collect)
    app.add_typer(orphans, name="orphans")


def collect() -> None:
    """Expire uploads, purge what was deleted, forget parts that nobody completed."""
    from core.storage import schemas, service

    async def work(app: "Application") -> tuple[int, int, int]:
        actor = operator()
        return (
            await app.use(service.ExpireUploads)(schemas.ExpireUploads(), actor),
            await app.use(service.PurgeObjects)(schemas.PurgeObjects(), actor),
            await app.use(service.AbortStaleMultiparts)(schemas.AbortStaleMultiparts(), actor),
        )

    expired, purged, aborted = run(work)
    typer.echo(f"{expired} uploads expired, {purged} files purged, {aborted} multiparts aborted.")


@orphans.command(
    "scan", epilog=examples("storage orphans scan", "storage orphans scan --delete --yes")
)
def scan(
    *,
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove bytes that are nobody's for a day.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Compare what lies in the store with what should; nothing is removed unless you say so."""
    from core.storage import schemas, service

    if delete:
        confirm("Remove all bytes that no file has?", yes=yes)
    details(use(service.ReconcileOrphans, schemas.ReconcileOrphans(delete=delete)), json=json)
