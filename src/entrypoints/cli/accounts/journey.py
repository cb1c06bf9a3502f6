"""What a person does: the way from signing up to being a member, at a terminal."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.running import run, secret, use
from entrypoints.cli.showing import Json, as_json, details

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

Stdin = Annotated[
    bool, typer.Option("--stdin", help="Read the secret from standard input instead of asking.")
]
Access = Annotated[
    str,
    typer.Option(
        "--access-token", envvar="CORE_ACCESS_TOKEN", help="Of a login.", show_default=False
    ),
]


def add_to(app: typer.Typer) -> None:
    for name, command in (
        ("register", register),
        ("verify-email", verify_email),
        ("login", log_in),
        ("refresh", refresh),
        ("logout", log_out),
        ("me", me),
        ("accept-invitation", accept_invitation),
    ):
        app.command(name)(command)


def register(email: str, *, stdin: Stdin = False, json: Json = False) -> None:
    """Open an account; a mail proves the address."""
    from core.accounts import schemas, service

    command = {"email": email, "password": secret("Password", stdin=stdin)}
    details(
        use(service.RegisterUser, schemas.RegisterUser.model_validate(command), _somebody()),
        json=json,
    )


def verify_email(*, stdin: Stdin = False) -> None:
    """Prove an address with the token of the mail's link."""
    from core.accounts import schemas, service

    command = schemas.VerifyEmail.model_validate({"token": secret("Token", stdin=stdin)})
    use(service.VerifyEmail, command, _somebody())
    typer.echo("The address is verified.")


def log_in(email: str, *, stdin: Stdin = False) -> None:
    """Sign in; prints the tokens as JSON."""
    from core.accounts import schemas, service

    command = {"email": email, "password": secret("Password", stdin=stdin)}
    as_json(use(service.LogIn, schemas.LogIn.model_validate(command), _somebody()))


def refresh(*, stdin: Stdin = False) -> None:
    """Trade a refresh token for the next; prints the tokens as JSON."""
    from core.accounts import schemas, service

    command = {"refresh_token": secret("Refresh token", stdin=stdin)}
    as_json(
        use(service.RefreshSession, schemas.RefreshSession.model_validate(command), _somebody())
    )


def log_out(*, stdin: Stdin = False) -> None:
    """End the session of a refresh token."""
    from core.accounts import schemas, service

    command = {"refresh_token": secret("Refresh token", stdin=stdin)}
    use(service.LogOut, schemas.LogOut.model_validate(command), _somebody())
    typer.echo("Signed out.")


def me(access_token: Access, *, json: Json = False) -> None:
    """Show whose access token this is; refused once its session has ended."""
    from core.accounts import schemas

    async def work(app: "Application") -> Any:
        return schemas.UserView.of((await _principal(app, access_token)).user)

    details(run(work), json=json)


def accept_invitation(access_token: Access, *, stdin: Stdin = False, json: Json = False) -> None:
    """Join an organization with the token of the invitation's link."""
    from core.accounts import schemas, service

    command = schemas.AnswerInvitation.model_validate({"token": secret("Token", stdin=stdin)})

    async def work(app: "Application") -> Any:
        actor = (await _principal(app, access_token)).actor
        return await app.use(service.AcceptInvitation)(command, actor)

    details(run(work), json=json)


async def _principal(app: "Application", access_token: str) -> Any:
    from core.accounts import schemas, service

    credentials = schemas.Credentials(access_token=access_token)
    return await app.use(service.Authenticate)(credentials, _somebody())


def _somebody() -> "Actor":
    from core.models import Actor

    return Actor(kind="anonymous")
