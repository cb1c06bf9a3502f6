"""Ways to sign in at a terminal, each with its second step where there is one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.running import WRONG_USAGE, end, secret, use
from entrypoints.cli.showing import as_json, examples

if TYPE_CHECKING:
    from core.models import Actor
    from core.service import UseCase

DIGITS = 6

SecondCode = Annotated[
    str | None,
    typer.Option(
        help="Of the authenticator app, or a recovery code. Asked for if it takes one.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    app.command(
        "login",
        epilog=examples(
            "accounts login ada@example.com --password-stdin < password > tokens.json",
            "accounts login ada@example.com --code 123456",
        ),
    )(log_in)
    app.command(
        "mail-login",
        epilog=examples(
            "accounts mail-login ada@example.com",
            "accounts mail-login --challenge AQBy... --mailed-code 123456",
            "accounts mail-login --token AQBy...",
        ),
    )(mail_login)


def log_in(
    email: str,
    code: SecondCode = None,
    *,
    stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            "--stdin",
            help="Read the password, then the code, from standard input; else it asks.",
        ),
    ] = False,
) -> None:
    """Sign in; prints the tokens as JSON."""
    from core.accounts import schemas, service

    command = {"email": email, "password": secret("Password", stdin=stdin)}
    _sign_in(service.LogIn, schemas.LogIn.model_validate(command), code, stdin=stdin)


def mail_login(
    email: Annotated[str | None, typer.Argument(help="Where to send the mail.")] = None,
    challenge: Annotated[str | None, typer.Option(help="What asking for the mail printed.")] = None,
    mailed_code: Annotated[str | None, typer.Option(help="The six digits in the mail.")] = None,
    token: Annotated[str | None, typer.Option(help="What follows the = in its link.")] = None,
    code: SecondCode = None,
    *,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the second step's code from standard input.")
    ] = False,
) -> None:
    """Sign in by mail: ask for one, then show its code or its link's token.

    Asking prints the challenge that the code belongs to; the rest prints the tokens; as JSON.
    """
    from core.accounts.mail_login import schemas, service

    shown = {"challenge_token": challenge, "code": mailed_code, "token": token}
    if (email is None) != any(shown.values()):
        end(WRONG_USAGE, "Give an address; or what came of it: the code or the token.")
    if email is not None:
        as_json(use(service.RequestMailLogin, schemas.RequestMailLogin(email=email), _somebody()))
    else:
        command = schemas.SignInByMail.model_validate(shown)
        _sign_in(service.SignInByMail, command, code, stdin=stdin)


def _sign_in(use_case: "type[UseCase]", command: object, code: str | None, *, stdin: bool) -> None:
    from core.accounts.exceptions import MfaRequired

    try:
        tokens = use(use_case, command, _somebody())
    except MfaRequired as asked:
        tokens = _second_step(asked.members["challenge_token"], code, stdin=stdin)
    as_json(tokens)


def _second_step(challenge: object, code: str | None, *, stdin: bool) -> Any:
    from core.accounts.mfa import schemas, service

    given = secret("Code", code, stdin=stdin).strip()
    kind = "code" if given.isdecimal() and len(given) == DIGITS else "recovery_code"
    command = schemas.CompleteMfaChallenge.model_validate(
        {"challenge_token": challenge, kind: given}
    )
    return use(service.CompleteMfaChallenge, command, _somebody())


def _somebody() -> "Actor":
    from core.models import Actor

    return Actor(kind="anonymous")
