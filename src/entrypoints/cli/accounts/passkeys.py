"""Passkeys of people: what the operator does with them; making one takes a browser."""

from typing import TYPE_CHECKING, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.accounts.people import Who
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm, run
from entrypoints.cli.showing import Yes, examples

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

app = typer.Typer(help="Passkeys of people.", no_args_is_help=True)

COLUMNS = ("id", "name", "backed_up", "created_at", "last_used_at")


@app.command("list", epilog=examples("accounts passkeys list bob@example.com"))
@listing()
def list_passkeys(user: Who, asked: Asked) -> None:
    """List somebody's passkeys, the newest first."""
    from core.accounts.passkeys import schemas, service

    request = asked.of(schemas.ListPasskeys)

    async def work(app: "Application") -> Any:
        return await app.use(service.ListPasskeys)(request, await _them(app, user))

    asked.show(run(work), COLUMNS)


@app.command(
    "remove",
    epilog=examples(
        "accounts passkeys remove bob@example.com 019a1f6e-0000-7000-8000-000000000000"
    ),
)
def remove(user: Who, passkey_id: str, *, yes: Yes = False) -> None:
    """Forget a passkey of somebody who lost it; a mail tells them.

    Refused while they have nothing else to sign in with.
    """
    from core.accounts.passkeys import schemas, service

    confirm(f"Remove the passkey {passkey_id} of {user}?", yes=yes)
    command = schemas.PasskeyReference.model_validate({"passkey_id": passkey_id})

    async def work(app: "Application") -> None:
        await app.use(service.RemovePasskey)(command, await _them(app, user))

    run(work)
    typer.echo("The passkey is gone.")


async def _them(app: "Application", user: str) -> "Actor":
    from core.models import Actor

    return Actor(kind="cli", user_id=(await finding.person(app, user)).id)
