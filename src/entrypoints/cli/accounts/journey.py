"""What a person does: the way from signing up to being a member, at a terminal."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.running import run, secret, use
from entrypoints.cli.showing import Json, as_json, details, examples

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin", "--stdin", help="Read the password from standard input; else it asks."
    ),
]
TokenStdin = Annotated[
    bool,
    typer.Option(
        "--token-stdin", "--stdin", help="Read what is not given from standard input, a line each."
    ),
]
MailedToken = Annotated[
    str | None,
    typer.Argument(help="What follows the = in the mail's link. Asked for if left out."),
]
RefreshToken = Annotated[
    str | None, typer.Argument(help="Of a login or the last refresh. Asked for if left out.")
]
AccessToken = Annotated[
    str | None,
    typer.Option(
        envvar="CORE_ACCESS_TOKEN", help="Of a login. Asked for if left out.", show_default=False
    ),
]


def add_to(app: typer.Typer) -> None:
    for name, command, lines in (
        ("register", register, ("ada@example.com", "bob@example.com --password-stdin < password")),
        ("verify-email", verify_email, ("AQBy...", "--token-stdin < token")),
        ("refresh", refresh, ("crt_AQBy...", "--token-stdin < token")),
        ("logout", log_out, ("--token-stdin < token",)),
        ("me", me, ("--token-stdin < token", "--access-token eyJh...")),
        ("accept-invitation", accept_invitation, ("AQBy... --access-token eyJh...",)),
    ):
        shown = examples(*(f"accounts {name} {line}" for line in lines))
        app.command(name, epilog=shown)(command)


def register(
    email: str,
    name: Annotated[str | None, typer.Option(help="What people call you.")] = None,
    *,
    stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Open an account; a mail proves the address.

    The answer is the same whether or not the address was known.
    """
    from core.accounts import schemas, service

    command = {"email": email, "display_name": name, "password": secret("Password", stdin=stdin)}
    registered = use(
        service.RegisterUser, schemas.RegisterUser.model_validate(command), _somebody()
    )
    details(registered, json=json)


def verify_email(token: MailedToken = None, *, stdin: TokenStdin = False) -> None:
    """Prove an address with the token of the mail's link."""
    from core.accounts import schemas, service

    command = schemas.VerifyEmail.model_validate({"token": secret("Token", token, stdin=stdin)})
    use(service.VerifyEmail, command, _somebody())
    typer.echo("The address is verified.")


def refresh(refresh_token: RefreshToken = None, *, stdin: TokenStdin = False) -> None:
    """Trade a refresh token for the next; prints the tokens as JSON.

    Each works once: an old one used again is a sign of theft and ends the session.
    """
    from core.accounts import schemas, service

    command = {"refresh_token": secret("Refresh token", refresh_token, stdin=stdin)}
    as_json(
        use(service.RefreshSession, schemas.RefreshSession.model_validate(command), _somebody())
    )


def log_out(refresh_token: RefreshToken = None, *, stdin: TokenStdin = False) -> None:
    """End the session of a refresh token."""
    from core.accounts import schemas, service

    command = {"refresh_token": secret("Refresh token", refresh_token, stdin=stdin)}
    use(service.LogOut, schemas.LogOut.model_validate(command), _somebody())
    typer.echo("Signed out.")


def me(access_token: AccessToken = None, *, stdin: TokenStdin = False, json: Json = False) -> None:
    """Show whose access token this is; refused once its session has ended."""
    from core.accounts import schemas

    token = secret("Access token", access_token, stdin=stdin)

    async def work(app: "Application") -> Any:
        return schemas.UserView.of((await _principal(app, token)).person)

    details(run(work), json=json)


def accept_invitation(
    token: MailedToken = None,
    access_token: AccessToken = None,
    *,
    stdin: TokenStdin = False,
    json: Json = False,
) -> None:
    """Join an organization with the token of the invitation's link, as whoever is signed in."""
    from core.accounts import schemas, service

    invitation = secret("Token", token, stdin=stdin)
    access = secret("Access token", access_token, stdin=stdin)
    command = schemas.AnswerInvitation.model_validate({"token": invitation})

    async def work(app: "Application") -> Any:
        actor = (await _principal(app, access)).actor
        return await app.use(service.AcceptInvitation)(command, actor)

    details(run(work), json=json)


async def _principal(app: "Application", access_token: str) -> Any:
    from core.accounts import schemas, service

    credentials = schemas.Credentials(access_token=access_token)
    return await app.use(service.Authenticate)(credentials, _somebody())


def _somebody() -> "Actor":
    from core.models import Actor

    return Actor(kind="anonymous")
