"""The end of an account, and the way back from it."""

from typing import TYPE_CHECKING, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.accounts.people import Who
from entrypoints.cli.running import confirm, operator, run, use
from entrypoints.cli.showing import Json, Yes, details, examples

if TYPE_CHECKING:
    from bootstrap import Application


def add_to(users: typer.Typer, maintenance: typer.Typer) -> None:
    for group, name, command, line in (
        (users, "delete", delete, "accounts users delete bob@example.com --yes"),
        (users, "restore", restore, "accounts users restore bob@example.com"),
        (maintenance, "purge-deleted", purge_deleted, "accounts maintenance purge-deleted"),
    ):
        group.command(name, epilog=examples(line))(command)


def delete(user: Who, *, yes: Yes = False, json: Json = False) -> None:
    """Shut somebody's account at once, and have it deleted in 30 days.

    They are mailed a link that restores it until then. Refused while an organization has no other
    active owner.
    """
    from core.accounts import schemas
    from core.accounts.privacy import service

    confirm(f"Shut the account of {user}, and delete it in 30 days?", yes=yes)

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        return await app.use(service.DeleteUser)(command, operator())

    details(run(work), json=json)


def restore(user: Who, *, json: Json = False) -> None:
    """Keep an account that is about to be deleted, and let its owner in again."""
    from core.accounts import schemas
    from core.accounts.privacy import service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        return await app.use(service.RestoreUser)(command, operator())

    details(run(work), json=json)


def purge_deleted(*, json: Json = False) -> None:
    """Delete for good the accounts whose 30 days are over.

    Names who stays: an organization's last owner does.
    """
    from core.accounts.privacy import schemas, service

    purged = use(service.PurgeDeletedAccounts, schemas.PurgeDeletedAccounts())
    if json:
        details(purged, json=True)
        return
    typer.echo(f"{purged.deleted} accounts deleted.")
    for user_id in purged.kept:
        typer.echo(f"{user_id} stays: an organization has no other owner.", err=True)
