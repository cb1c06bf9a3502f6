"""Passkeys of people: what the operator does with them; making one takes a browser."""

from typing import TYPE_CHECKING, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.accounts.people import Who
from entrypoints.cli.running import confirm, run
from entrypoints.cli.showing import Cursor, Json, Limit, Yes, examples, more, table

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

app = typer.Typer(help="Passkeys of people.", no_args_is_help=True)

COLUMNS = ("id", "name", "backed_up", "created_at", "last_used_at")


@app.command("list", epilog=examples("accounts passkeys list bob@example.com"))
def list_passkeys(
    user: Who, limit: Limit = 25, cursor: Cursor = None, *, json: Json = False
) -> None:
    """List somebody's passkeys, the newest first."""
    from core.accounts.passkeys import service
    from core.models import PageRequest

    async def work(app: "Application") -> Any:
        page = PageRequest(limit=limit, cursor=cursor)
        return await app.use(service.ListPasskeys)(page, await _them(app, user))

    found = run(work)
    table(found.items, COLUMNS, json=json)
    more(found.next_cursor)


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
