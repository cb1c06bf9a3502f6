"""Single sign-on: connections of the installation or of an organization, and its domains."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import confirm, operator, run, secret
from entrypoints.cli.showing import Json, Yes, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

sso = typer.Typer(help="Sign-in by OpenID Connect providers.", no_args_is_help=True)
domains = typer.Typer(help="The mail domains of an organization.", no_args_is_help=True)

Org = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="An id or a slug.")]
Whose = Annotated[
    str | None,
    typer.Option(
        "--organization", "--org", help="Whose: an id or a slug. Left out: the installation's."
    ),
]
Connection = Annotated[str, typer.Argument(help="The connection's id, as `list` shows it.")]
CONNECTION = ("id", "name", "issuer", "enabled", "jit_enabled", "default_role", "created_at")
DOMAIN = ("id", "domain", "txt_name", "txt_value", "verified_at")


def add_to(app: typer.Typer) -> None:
    app.add_typer(sso, name="sso")
    app.add_typer(domains, name="domains")


@sso.command(
    "add",
    epilog=examples(
        "accounts sso add Google --issuer https://accounts.google.com --client-id ID --trust-email",
        "accounts sso add Okta --org engines --issuer https://engines.okta.com --client-id ID",
    ),
)
def add(
    name: Annotated[str, typer.Argument(help="What people choose: Google.")],
    issuer: Annotated[str, typer.Option(help="The provider's issuer, to the letter.")],
    client_id: Annotated[str, typer.Option(help="As the provider registered us.")],
    organization: Whose = None,
    client_authentication: Annotated[
        str, typer.Option(help="client_secret_basic, client_secret_post or private_key_jwt")
    ] = "client_secret_basic",
    scopes: Annotated[str, typer.Option(help="What is asked for.")] = "openid email profile",
    email_claim: Annotated[str, typer.Option(help="Which claim is the address.")] = "email",
    role: Annotated[str, typer.Option(help="What newcomers become.")] = "member",
    *,
    trust_email: Annotated[
        bool, typer.Option("--trust-email", help="Believe the addresses it calls verified.")
    ] = False,
    jit: Annotated[
        bool, typer.Option("--jit/--no-jit", help="Whether newcomers are welcome.")
    ] = True,
    stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Read the client secret from standard input.")
    ] = False,
    json: Json = False,
) -> None:
    """Connect a provider; prints the redirect URI that the provider must know."""
    from core.accounts.sso import schemas, service

    command = schemas.CreateConnection.model_validate(
        {
            "name": name,
            "issuer": issuer,
            "client_id": client_id,
            "client_secret": secret("Client secret", stdin=stdin),
            "client_authentication": client_authentication,
            "scopes": scopes,
            "email_claim": email_claim,
            "default_role": role,
            "trusts_email": trust_email,
            "jit_enabled": jit,
        }
    )
    details(_do(service.CreateConnection, command, organization), json=json)


@sso.command("list", epilog=examples("accounts sso list", "accounts sso list --org engines"))
def list_connections(organization: Whose = None, *, json: Json = False) -> None:
    """List connections."""
    from core.accounts.sso import service

    table(_do(service.ListConnections, None, organization).items, CONNECTION, json=json)


@sso.command("show", epilog=examples("accounts sso show ID --org engines"))
def show(connection: Connection, organization: Whose = None, *, json: Json = False) -> None:
    """Show a connection, without its secret."""
    from core.accounts.sso import service

    details(_do(service.GetConnection, _reference(connection), organization), json=json)


@sso.command("test", epilog=examples("accounts sso test ID --org engines"))
def examine(connection: Connection, organization: Whose = None) -> None:
    """See whether the provider answers as it should; says what is wrong if not."""
    from core.accounts.sso import service

    _do(service.ExamineConnection, _reference(connection), organization)
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
    details(_do(service.UpdateConnection, command, organization), json=json)


@sso.command("remove", epilog=examples("accounts sso remove ID --org engines --yes"))
def remove(connection: Connection, organization: Whose = None, *, yes: Yes = False) -> None:
    """Remove a connection, with the identities linked and the sessions opened through it."""
    from core.accounts.sso import service

    confirm(f"Remove the connection {connection} and end its sessions?", yes=yes)
    _do(service.DeleteConnection, _reference(connection), organization)
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

    _do(service.SetSsoEnforcement, schemas.SetSsoEnforcement(enforced=not off), organization)
    typer.echo("Single sign-on is " + ("no longer enforced." if off else "enforced."))


@domains.command("add", epilog=examples("accounts domains add engines engines.example"))
def add_domain(organization: Org, domain: str, *, json: Json = False) -> None:
    """Name a mail domain; prints the TXT record that proves it."""
    from core.accounts.sso import schemas, service

    command = schemas.AddDomain.model_validate({"domain": domain})
    details(_do(service.AddDomain, command, organization), json=json)


@domains.command("list", epilog=examples("accounts domains list engines"))
def list_domains(organization: Org, *, json: Json = False) -> None:
    """List an organization's mail domains."""
    from core.accounts.sso import service

    table(_do(service.ListDomains, None, organization).items, DOMAIN, json=json)


@domains.command("verify", epilog=examples("accounts domains verify engines ID"))
def verify_domain(organization: Org, domain_id: str, *, json: Json = False) -> None:
    """Look for the TXT record."""
    from core.accounts.sso import schemas, service

    command = schemas.DomainReference.model_validate({"domain_id": domain_id})
    details(_do(service.VerifyDomain, command, organization), json=json)


@domains.command("remove", epilog=examples("accounts domains remove engines ID --yes"))
def remove_domain(organization: Org, domain_id: str, *, yes: Yes = False) -> None:
    """Give a mail domain up."""
    from core.accounts.sso import schemas, service

    confirm("Stop believing addresses of this domain?", yes=yes)
    command = schemas.DomainReference.model_validate({"domain_id": domain_id})
    _do(service.RemoveDomain, command, organization)
    typer.echo("The domain is removed.")


def _reference(connection: str) -> Any:
    from core.accounts.sso import schemas

    return schemas.ConnectionReference.model_validate({"connection_id": connection})


def _do(use_case: Any, command: Any, organization: str | None) -> Any:
    async def work(app: "Application") -> Any:
        actor: Actor = operator()
        if organization:
            actor = await finding.inside(app, organization)
        return await app.use(use_case)(command, actor)

    return run(work)
