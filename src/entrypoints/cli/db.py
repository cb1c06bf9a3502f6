"""The database: its revisions, as the owner of the tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from entrypoints.cli.running import (
    REFUSED,
    UNAVAILABLE,
    WRONG_USAGE,
    confirm,
    end,
    guarded,
    run,
    settings,
)
from entrypoints.cli.showing import Yes, examples

app = typer.Typer(help="Migrations and the database itself.", no_args_is_help=True)


@app.command("migrate", epilog=examples("db migrate"))
def migrate(
    revision: Annotated[str, typer.Argument(help="Where to; the newest by default.")] = "head",
) -> None:
    """Bring the database forward to a revision."""
    import asyncio

    read = settings()
    from bootstrap import migrate as migrated

    current = asyncio.run(migrated(read, revision)) or "base"
    if revision.isalnum() and revision != "head" and not current.startswith(revision):
        end(REFUSED, f"The database stays at {current}: this command never goes back.")
    typer.echo(f"The database is at {current}.")


@app.command("revision", epilog=examples('db revision "add invitations"'))
def revision(name: Annotated[str, typer.Argument(help='What changes: "add invitations".')]) -> None:
    """Write a migration from what changed in the tables; read and trim it."""
    _as_owner(lambda migrations, url: migrations.revise(url, name))


@app.command("check", epilog=examples("db check"))
def check() -> None:
    """Tell whether the tables hold anything that no migration makes."""
    _as_owner(lambda migrations, url: migrations.check(url))


@app.command("current", epilog=examples("db current"))
def current() -> None:
    """Tell what keeps the database from being used, and fail if anything does."""
    problems = run(lambda wired: wired.container.readiness().problems())
    if problems:
        end(UNAVAILABLE, "\n".join(problems))
    typer.echo("The database is at the newest revision.")


@app.command("psql", epilog=examples("db psql", "db psql --app", "db psql < report.sql"))
def psql(
    *,
    as_app: Annotated[
        bool,
        typer.Option(
            "--app/--owner", help="As the service, which sees no tenant's rows; or as the owner."
        ),
    ] = False,
) -> None:
    """Open a shell on the database with psql: PostgreSQL's own, or else the PATH's.

    As the owner of the tables, who sees the rows of every tenant and can change them all.
    """
    from entrypoints.cli.shell import opened

    raise typer.Exit(opened(settings(), as_app=as_app))


@app.command("backup", epilog=examples("db backup core.backup"))
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; replaced once the new one is whole.")],
) -> None:
    """Write what the database holds of ours into a file, as it is now; the service goes on.

    It does not hold the files of users, nor the secret keys: without those nobody, you neither,
    reads the secrets in it.
    """
    from entrypoints.cli.backing_up import write

    typer.echo(f"{file}: {write(settings(), file)}.")


@app.command("restore", epilog=examples("db restore core.backup"))
def restore(
    file: Annotated[Path, typer.Argument(help="What `core-api db backup` wrote.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Wipe what the database holds now.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Put what a backup holds into an empty database: all of it, or nothing.

    The service must not run meanwhile. Bring an older backup forward with `core-api db migrate`.
    """
    from entrypoints.cli.backing_up import read

    if replace:
        confirm("Wipe what the database holds now?", yes=yes)
    read(settings(), file, replace=replace)
    typer.echo(f"The database is what {file} held. Bring it forward: core-api db migrate")


@app.command(
    "roles",
    epilog=examples(
        "db roles > roles.sql", "db roles --as postgresql://admin@db.example.com/postgres"
    ),
)
def roles(
    admin: Annotated[
        str | None,
        typer.Option("--as", help="Make them now, as who may: an address; password in PGPASSWORD."),
    ] = None,
) -> None:
    """Print the SQL that makes our roles and the database, for a server of your own.

    Its administrator runs it once with psql, before `core-api db migrate`. Or, with --as, it is
    run here, and the roles get the passwords in DATABASE_URL and DATABASE_OWNER_URL.
    """
    read = settings()
    from bootstrap import make_roles
    from bootstrap import roles as printed

    if admin is None:
        typer.echo(printed(), nl=False)
        return
    guarded(lambda: make_roles(read, admin))
    typer.echo("The roles and the database are there.")


@app.command("sql", epilog=examples("db sql head > all.sql"))
def sql(revisions: Annotated[str, typer.Argument(help="from:to, or head for all.")]) -> None:
    """Print the SQL of migrations."""
    from bootstrap import migrations

    migrations().script(revisions)


@app.command("remigrate", epilog=examples("db remigrate"))
def remigrate(*, yes: Yes = False) -> None:
    """Wipe all data and all migrations of a development database; begin with one clean one."""
    import asyncio

    from bootstrap import remigrate as remigrated

    read = settings()
    if read.environment == "production":
        end(WRONG_USAGE, "Never in production: this wipes the database.")
    confirm("Wipe all data and every file in migrations/versions?", yes=yes)
    asyncio.run(remigrated(read))
    typer.echo("One migration made, and the database is at it.")


def _as_owner(work: Callable[[Any, str], None]) -> None:
    import asyncio

    from bootstrap import database, migrations

    async def named() -> None:
        async with database(settings()) as found:
            await asyncio.to_thread(work, migrations(), found.owner_url())

    asyncio.run(named())
