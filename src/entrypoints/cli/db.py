"""The database: its revisions, as the owner of the tables."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import typer

from entrypoints.cli.running import end, guarded, settings

app = typer.Typer(help="Migrations and the database itself.", no_args_is_help=True)


@app.command("migrate")
def migrate(
    revision: Annotated[str, typer.Argument(help="Where to; the newest by default.")] = "head",
) -> None:
    """Bring the database to a revision."""
    from bootstrap import migrate as migrated

    guarded(lambda: asyncio.run(migrated(settings(), revision)))
    typer.echo(f"The database is at {revision}.")


@app.command("revision")
def revision(name: Annotated[str, typer.Argument(help='What changes: "add invitations".')]) -> None:
    """Write a migration from what changed in the tables; read and trim it."""
    from bootstrap import migrate as migrated

    guarded(lambda: asyncio.run(migrated(settings())))
    _as_owner(lambda migrations, url: migrations.revise(url, name))


@app.command("check")
def check() -> None:
    """Tell whether the tables hold anything that no migration makes."""
    _as_owner(lambda migrations, url: migrations.check(url))


@app.command("sql")
def sql(revisions: Annotated[str, typer.Argument(help="from:to, or head for all.")]) -> None:
    """Print the SQL of migrations."""
    from bootstrap import migrations

    migrations().script(revisions)


@app.command("remigrate")
def remigrate(*, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Wipe all data and all migrations of a development database; begin with one clean one."""
    from bootstrap import remigrate as remigrated

    read = settings()
    if read.environment == "production":
        end(2, "Never in production: this wipes the database.")
    if not yes:
        typer.confirm("Wipe all data and every file in migrations/versions?", abort=True)
    guarded(lambda: asyncio.run(remigrated(read)))
    typer.echo("One migration made, and the database is at it.")


def _as_owner(work: Callable[[Any, str], None]) -> None:
    from bootstrap import database, migrations

    async def named() -> None:
        async with database(settings()) as found:
            await asyncio.to_thread(work, migrations(), found.owner_url())

    guarded(lambda: asyncio.run(named()))
