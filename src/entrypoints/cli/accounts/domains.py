"""The mail domains of an organization."""

import typer

from entrypoints.cli.accounts.sso import do
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm
from entrypoints.cli.showing import Json, Org, Yes, details, examples

domains = typer.Typer(help="The mail domains of an organization.", no_args_is_help=True)

DOMAIN = ("id", "domain", "txt_name", "txt_value", "verified_at")


def add_to(app: typer.Typer) -> None:
    app.add_typer(domains, name="domains")


@domains.command("add", epilog=examples("accounts domains add engines engines.example"))
def add_domain(organization: Org, domain: str, *, json: Json = False) -> None:
    """Name a mail domain; prints the TXT record that proves it."""
    from core.accounts.sso import schemas, service

    command = schemas.AddDomain.model_validate({"domain": domain})
    details(do(service.AddDomain, command, organization), json=json)


@domains.command("list", epilog=examples("accounts domains list engines"))
@listing(limit=100)
def list_domains(organization: Org, asked: Asked) -> None:
    """List an organization's mail domains."""
    from core.accounts.sso import schemas, service

    command = asked.of(schemas.ListDomains)
    asked.show(do(service.ListDomains, command, organization), DOMAIN)


@domains.command("verify", epilog=examples("accounts domains verify engines ID"))
def verify_domain(organization: Org, domain_id: str, *, json: Json = False) -> None:
    """Look for the TXT record."""
    from core.accounts.sso import schemas, service

    command = schemas.DomainReference.model_validate({"domain_id": domain_id})
    details(do(service.VerifyDomain, command, organization), json=json)


@domains.command("remove", epilog=examples("accounts domains remove engines ID --yes"))
def remove_domain(organization: Org, domain_id: str, *, yes: Yes = False) -> None:
    """Give a mail domain up."""
    from core.accounts.sso import schemas, service

    confirm("Stop believing addresses of this domain?", yes=yes)
    command = schemas.DomainReference.model_validate({"domain_id": domain_id})
    do(service.RemoveDomain, command, organization)
    typer.echo("The domain is removed.")
