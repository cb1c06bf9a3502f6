"""Single sign-on: connections of the installation or of an organization."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import WRONG_USAGE, confirm, end, operator, run, secret
from entrypoints.cli.showing import Json, Org, Yes, details, examples

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

sso = typer.Typer(help="Sign-in by OpenID Connect providers.", no_args_is_help=True)

Whose = Annotated[
    str | None,
    typer.Option(
        "--organization", "--org", help="Whose: an id or a slug. Left out: the installation's."
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="name, client_id, client_authentication, scopes, email_claim, trusts_email,"
        " jit_enabled, default_role or enabled; may be given again.",
        show_default=False,
    ),
]
Connection = Annotated[str, typer.Argument(help="The connection's id, as `list` shows it.")]
CONNECTION = ("id", "name", "issuer", "enabled", "jit_enabled", "default_role", "created_at")


def add_to(app: typer.Typer) -> None:
    app.add_typer(sso, name="sso")


@sso.command(
    "add",
    epilog=examples(
        "accounts sso add Google --issuer https://accounts.google.com --client-id ID",
        "accounts sso add Okta --org engines --issuer https://engines.okta.com --client-id ID",
    ),
)
def add(
    name: Annotated[str, typer.Argument(help="What people choose: Google.")],
    issuer: Annotated[str, typer.Option(help="The provider's issuer, to the letter.")],
    client_id: Annotated[str, typer.Option(help="As the provider registered us.")],
    organization: Whose = None,
    changes: Changes = None,
    *,
    stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Read the client secret from standard input.")
    ] = False,
    json: Json = False,
) -> None:
    """Connect a provider; prints the redirect URI that the provider must know."""
    from core.accounts.sso import schemas, service

    command = {"name": name, "issuer": issuer, "client_id": client_id}
    command |= {"client_secret": secret("Client secret", stdin=stdin)} | pairs(changes)
    made = do(
        service.CreateConnection, schemas.CreateConnection.model_validate(command), organization
    )
    details(made, json=json)


@sso.command("update", epilog=examples("accounts sso update ID --set jit_enabled=false"))
def update(
    connection: Connection,
    organization: Whose = None,
    changes: Changes = None,
    *,
    json: Json = False,
) -> None:
    """Change a connection; its issuer stays."""
    _change(connection, organization, json=json, **pairs(changes))


@sso.command("list", epilog=examples("accounts sso list", "accounts sso list --org engines"))
@listing(limit=100)
def list_connections(asked: Asked, organization: Whose = None) -> None:
    """List connections."""
    from core.accounts.sso import schemas, service

    command = asked.of(schemas.ListConnections)
    asked.show(do(service.ListConnections, command, organization), CONNECTION)


@sso.command("show", epilog=examples("accounts sso show ID --org engines"))
def show(connection: Connection, organization: Whose = None, *, json: Json = False) -> None:
    """Show a connection, without its secret."""
    from core.accounts.sso import service

    details(do(service.GetConnection, _reference(connection), organization), json=json)


@sso.command("test", epilog=examples("accounts sso test ID --org engines"))
def examine(connection: Connection, organization: Whose = None) -> None:
    """See whether the provider answers as it should; says what is wrong if not."""
    from core.accounts.sso import service

    do(service.ExamineConnection, _reference(connection), organization)
    typer.echo("The provider answers as it should.")


@sso.command("enable", epilog=examples("accounts sso enable ID --org engines"))
def enable(connection: Connection, organization: Whose = None, *, json: Json = False) -> None:
    """Let people sign in by it again."""
    _change(connection, organization, json=json, enabled=True)


@sso.command("disable", epilog=examples("accounts sso disable ID --org engines"))
def disable(connection: Connection, organization: Whose = None, *, json: Json = False) -> None:
    """Let nobody sign in by it; those who are signed in stay so."""
    _change(connection, organization, json=json, enabled=False)


@sso.command("set-secret", epilog=examples("accounts sso set-secret ID --secret-stdin < secret"))
def set_secret(
    connection: Connection,
    organization: Whose = None,
    *,
    stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Read the client secret from standard input.")
    ] = False,
    json: Json = False,
) -> None:
    """Replace the client secret."""
    given = secret("Client secret", stdin=stdin)
    _change(connection, organization, json=json, client_secret=given)


def _change(connection: str, organization: str | None, *, json: bool, **changes: Any) -> None:
    from core.accounts.sso import schemas, service

    command = schemas.UpdateConnection.model_validate(
        {"connection_id": connection, "changes": changes}
    )
    details(do(service.UpdateConnection, command, organization), json=json)


@sso.command("remove", epilog=examples("accounts sso remove ID --org engines --yes"))
def remove(connection: Connection, organization: Whose = None, *, yes: Yes = False) -> None:
    """Remove a connection, with the identities linked and the sessions opened through it."""
    from core.accounts.sso import service

    confirm(f"Remove the connection {connection} and end its sessions?", yes=yes)
    do(service.DeleteConnection, _reference(connection), organization)
    typer.echo("The connection is removed.")


@sso.command(
    "enforce", epilog=examples("accounts sso enforce engines", "accounts sso enforce engines --off")
)
def enforce(
    organization: Org,
    *,
    off: Annotated[bool, typer.Option("--off", help="Let people in by other ways again.")] = False,
) -> None:
    """Let members in by the organization's own single sign-on alone."""
    from core.accounts.sso import schemas, service

    do(service.SetSsoEnforcement, schemas.SetSsoEnforcement(enforced=not off), organization)
    typer.echo("Single sign-on is " + ("no longer enforced." if off else "enforced."))


def _reference(connection: str) -> Any:
    from core.accounts.sso import schemas

    return schemas.ConnectionReference.model_validate({"connection_id": connection})


def do(use_case: Any, command: Any, organization: str | None) -> Any:
    """Run a use case as the operator, within an organization if one is named."""

    async def work(app: "Application") -> Any:
        actor: Actor = operator()
        if organization:
            actor = await finding.inside(app, organization)
        return await app.use(use_case)(command, actor)

    return run(work)


def pairs(changes: list[str] | None) -> dict[str, str]:
    """Read NAME=VALUE, each."""
    found = [change.partition("=") for change in changes or []]
    if any(not equals for _, equals, _ in found):
        end(WRONG_USAGE, "--set takes NAME=VALUE.")
    return {name: value for name, _, value in found}
