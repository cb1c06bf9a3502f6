"""Signing keys, the audit log and upkeep."""

from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli.running import operator, run, use
from entrypoints.cli.showing import Json, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application

keys = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)
secrets = typer.Typer(help="What lies encrypted in the database.", no_args_is_help=True)
maintenance = typer.Typer(help="What also runs by the clock.", no_args_is_help=True)

KEY = ("kid", "state", "created_at", "promoted_at", "retired_at")


def add_to(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")
    app.add_typer(secrets, name="secrets")
    app.add_typer(maintenance, name="maintenance")


@keys.command("list", epilog=examples("accounts keys list"))
def list_keys(*, json: Json = False) -> None:
    """List the keys: one signs, the next is published already, the previous one still verifies."""
    from core.accounts import service

    table(use(service.ListSigningKeys, None).items, KEY, json=json)


@keys.command("rotate", epilog=examples("accounts keys rotate", "accounts keys rotate --force"))
def rotate(
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Even if clients may not know the next key yet.")
    ] = False,
    json: Json = False,
) -> None:
    """Sign with the next key from now on; no request fails.

    Refused in the next key's first hour, in which whoever verifies tokens may not have seen it.
    """
    from core.accounts import schemas, service

    page = use(service.RotateSigningKeys, schemas.RotateSigningKeys(force=force))
    table(page.items, KEY, json=json)


@secrets.command("reencrypt", epilog=examples("accounts secrets reencrypt"))
def reencrypt(*, json: Json = False) -> None:
    """Put everything encrypted under the newest of CORE_SECRET_KEYS, so that old ones can go.

    The service may run meanwhile. Links and refresh tokens made under an old key die with it.
    """
    from core.accounts import service

    details(use(service.ReencryptSecrets, None), json=json)


@maintenance.command("purge-expired", epilog=examples("accounts maintenance purge-expired"))
def purge_expired() -> None:
    """Forget what ended a month ago."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> int:
        return await app.use(service.PurgeExpired)(schemas.PurgeExpired(), operator())

    typer.echo(f"{run(work)} rows forgotten.")
