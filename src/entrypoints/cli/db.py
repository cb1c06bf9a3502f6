"""The database: its revisions, as the owner of the tables."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import typer

from entrypoints.cli.running import UNAVAILABLE, end, guarded, settings

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


@app.command("current")
def current() -> None:
    """Tell what keeps the database from being used, and fail if anything does."""
    from entrypoints.cli.running import run

    problems = run(lambda wired: wired.container.readiness().problems())
    if problems:
        end(UNAVAILABLE, "\n".join(problems))
    typer.echo("The database is at the newest revision.")


@app.command("psql")
def psql(
    *,
    owner: Annotated[
        bool, typer.Option("--owner", help="As the owner of the tables, past the tenant wall.")
    ] = False,
) -> None:
    """Open a shell on the database, as the service sees it: needs `psql` on the PATH."""
    from bootstrap import database

    async def shell() -> int:
        async with database(settings()) as found:
            url = found.owner_url() if owner else found.service_url()
            process = await asyncio.create_subprocess_exec("psql", url)
            return await process.wait()

    try:
        code = guarded(lambda: asyncio.run(shell()))
    except FileNotFoundError:
        end(UNAVAILABLE, "There is no psql on the PATH.")
    raise typer.Exit(code)


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
