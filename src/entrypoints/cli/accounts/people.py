"""Accounts of people: what the operator does with them."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm, operator, run, use
from entrypoints.cli.showing import Json, Yes, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application

users = typer.Typer(help="Accounts of people.", no_args_is_help=True)
sessions = typer.Typer(help="Where people are signed in.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="USER", help="An id or an address.")]
COLUMNS = ("id", "email", "email_verified", "status", "platform_role", "created_at")


def add_to(app: typer.Typer) -> None:
    app.command("create-admin", epilog=examples("accounts create-admin ada@example.com"))(
        create_admin
    )
    app.add_typer(users, name="users")
    app.add_typer(sessions, name="sessions")


def create_admin(email: str, *, json: Json = False) -> None:
    """Make an operator of the installation; prints the link to choose a password, once.

    Somebody who has an account already becomes one by `accounts users grant-role`.
    """
    _create(email, None, "operator", json=json)


@users.command(
    "list",
    epilog=examples(
        "accounts users list --email ada",
        "accounts users list --filter status=suspended --sort email --json --limit 100",
    ),
)
@listing()
def list_users(
    asked: Asked,
    email: Annotated[str | None, typer.Option(help="Addresses that begin so.")] = None,
) -> None:
    """List people, the newest first."""
    from core.accounts import schemas, service

    page = use(service.ListUsers, asked.of(schemas.ListUsers, email=email))
    asked.show(page, COLUMNS)


@users.command("show", epilog=examples("accounts users show ada@example.com"))
def show(user: Who, *, json: Json = False) -> None:
    """Show somebody."""
    details(run(lambda app: finding.person(app, user)), json=json)


@users.command("create", epilog=examples("accounts users create bob@example.com --name Bob"))
def create(
    email: str,
    name: Annotated[str | None, typer.Option(help="What people call them.")] = None,
    *,
    json: Json = False,
) -> None:
    """Open an account for somebody; they choose the password by the link that is mailed to them."""
    _create(email, name, "none", json=json)


def _create(email: str, name: str | None, role: str, *, json: bool) -> None:
    from core.accounts import schemas, service

    command = {"email": email, "display_name": name, "platform_role": role}
    _linked(use(service.CreateUser, schemas.CreateUser.model_validate(command)), json=json)


def _linked(made: Any, *, json: bool) -> None:
    if json:
        details(made, json=True)
    else:
        typer.echo(f"{made.user.email} chooses a password here; the link works once:")
        typer.echo(made.link)


@users.command("suspend", epilog=examples("accounts users suspend bob@example.com --yes"))
def suspend(user: Who, *, yes: Yes = False, json: Json = False) -> None:
    """Keep somebody out: their sessions end at once.

    Refused while an organization has no other active owner.
    """
    confirm(f"Suspend {user} and end their sessions?", yes=yes)
    _set_status(user, "suspended", json=json)


@users.command("reactivate", epilog=examples("accounts users reactivate bob@example.com"))
def reactivate(user: Who, *, json: Json = False) -> None:
    """Let somebody in again."""
    _set_status(user, "active", json=json)


def _set_status(user: str, status: str, *, json: bool) -> None:
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.UserStanding.model_validate({"user_id": found.id, "status": status})
        return await app.use(service.SetUserStatus)(command, operator())

    details(run(work), json=json)


@users.command("grant-role", epilog=examples("accounts users grant-role ada@example.com operator"))
def grant_role(
    user: Who,
    role: Annotated[
        Literal["none", "support", "operator"], typer.Argument(help="What they become.")
    ],
    *,
    json: Json = False,
) -> None:
    """Make somebody an operator of the installation, a supporter, or neither."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.GrantPlatformRole.model_validate(
            {"user_id": found.id, "platform_role": role}
        )
        return await app.use(service.GrantPlatformRole)(command, operator())

    details(run(work), json=json)


@users.command("reset-password", epilog=examples("accounts users reset-password bob@example.com"))
def reset_password(user: Who, *, json: Json = False) -> None:
    """Mail somebody a link to choose a new password, and print it; nobody sets one for them."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        return await app.use(service.SendPasswordLink)(command, operator())

    _linked(run(work), json=json)


@users.command("reset-mfa", epilog=examples("accounts users reset-mfa bob@example.com --yes"))
def reset_mfa(user: Who, *, yes: Yes = False) -> None:
    """Take the second factor of somebody away who lost it, and sign them out everywhere.

    Be sure that it is they who ask. A mail tells them.
    """
    from core.accounts import schemas
    from core.accounts.mfa import service

    confirm(f"Take the second factor of {user} away?", yes=yes)

    async def work(app: "Application") -> None:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        await app.use(service.ResetUserMfa)(command, operator())

    run(work)
    typer.echo(f"{user} signs in without a second factor now, and can set one up anew.")


@users.command("revoke-sessions", epilog=examples("accounts users revoke-sessions bob@example.com"))
def revoke_sessions(user: Who, *, yes: Yes = False) -> None:
    """Sign somebody out everywhere."""
    from core.accounts import schemas, service

    confirm(f"Sign {user} out everywhere?", yes=yes)

    async def work(app: "Application") -> int:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        return await app.use(service.RevokeUserSessions)(command, operator())

    typer.echo(f"{run(work)} sessions ended.")


@sessions.command("list", epilog=examples("accounts sessions list bob@example.com"))
def list_sessions(user: Who, *, json: Json = False) -> None:
    """List where somebody is signed in."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        return await app.use(service.ListUserSessions)(command, operator())

    columns = ("id", "device_label", "ip", "created_at", "last_used_at", "expires_at")
    table(run(work).items, columns, json=json)


@sessions.command(
    "revoke", epilog=examples("accounts sessions revoke 019a1f6e-0000-7000-8000-000000000000")
)
def revoke_session(session_id: str, *, yes: Yes = False) -> None:
    """End anybody's session, as `list` names it; its next request is refused."""
    from core.accounts import schemas, service

    confirm(f"End the session {session_id}?", yes=yes)
    use(service.EndSession, schemas.RevokeSession.model_validate({"session_id": session_id}))
    typer.echo("The session ended.")
