"""What is set up at the payment provider: where its webhooks go, and clocks to test by."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.billing.live import Live, check
from entrypoints.cli.running import confirm, operator, run, use
from entrypoints.cli.showing import Json, Org, Yes, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application

webhooks = typer.Typer(help="Where the provider sends its webhooks.", no_args_is_help=True)
clock = typer.Typer(
    help="Customers who live in a time of their own, to try what months will bring.",
    no_args_is_help=True,
)

Endpoint = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Its id at the provider.")]
Clock = Annotated[str, typer.Argument(metavar="CLOCK", help="Its id at the provider.")]
Url = Annotated[
    str | None, typer.Argument(metavar="URL", help="Left out: this service at its PUBLIC_URL.")
]


@webhooks.command("list", epilog=examples("billing webhooks list"))
def list_webhooks(*, json: Json = False) -> None:
    """List where webhooks are sent, and in which version."""
    from core.billing import schemas, service

    found = use(service.ListProviderEndpoints, schemas.ListEndpoints())
    table(found, ("id", "url", "enabled", "api_version"), json=json)


@webhooks.command("create", epilog=examples("billing webhooks create"))
def create_webhook(url: Url = None, *, live: Live = False, json: Json = False) -> None:
    """Have all that we act on sent somewhere. The secret is shown once: keep it as a setting."""
    check(live=live)
    details(run(lambda app: _created(app, url)), json=json)


@webhooks.command("rotate", epilog=examples("billing webhooks rotate we_1Q2w3E"))
def rotate_webhook(endpoint: Endpoint, *, live: Live = False, json: Json = False) -> None:
    """Make another one in its place, with another secret and the version that we speak.

    Both send until you delete the old one: put the new secret beside the old one, restart, delete.
    """
    from core.billing import schemas, service

    check(live=live)

    async def work(app: "Application") -> Any:
        known = await app.use(service.ListProviderEndpoints)(schemas.ListEndpoints(), operator())
        found = next((one for one in known if one.id == endpoint), None)
        return await _created(app, found.url if found else None)

    details(run(work), json=json)


@webhooks.command("delete", epilog=examples("billing webhooks delete we_1Q2w3E --yes"))
def delete_webhook(endpoint: Endpoint, *, yes: Yes = False, live: Live = False) -> None:
    """Have nothing sent there any more."""
    from core.billing import schemas, service

    check(live=live)
    confirm(f"Send nothing to {endpoint} any more?", yes=yes)
    use(service.DeleteProviderEndpoint, schemas.EndpointReference(id=endpoint))


async def _created(app: "Application", url: str | None) -> Any:
    from core.billing import schemas, service

    place = url or f"{app.settings.public_url}/v1/billing/webhooks/stripe"
    return await app.use(service.CreateProviderEndpoint)(
        schemas.CreateEndpoint(url=place), operator()
    )


@clock.command("create", epilog=examples("billing clock create engines --name year"))
def create_clock(
    organization: Org,
    name: Annotated[str, typer.Option(help="What it is for.")] = "test",
    *,
    json: Json = False,
) -> None:
    """Let an organization that pays for nothing yet live in a time of its own."""
    from core.billing import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        command = schemas.CreateClock(organization_id=found.id, name=name)
        return await app.use(service.CreateClock)(command, operator())

    details(run(work), json=json)


@clock.command("show", epilog=examples("billing clock show clock_1Q2w3E"))
def show_clock(clock_id: Clock, *, json: Json = False) -> None:
    """Say what time it is by a clock, and whether what happened until then is done."""
    from core.billing import schemas, service

    details(use(service.GetClock, schemas.ClockReference(id=clock_id)), json=json)


@clock.command("advance", epilog=examples("billing clock advance clock_1Q2w3E --days 31"))
def advance_clock(
    clock_id: Clock,
    days: Annotated[int, typer.Option(min=1, max=730, help="By how much.")],
    *,
    json: Json = False,
) -> None:
    """Let time pass. It takes a while until all that happens meanwhile is done."""
    from core.billing import schemas, service

    async def work(app: "Application") -> Any:
        known = await app.use(service.GetClock)(schemas.ClockReference(id=clock_id), operator())
        command = schemas.AdvanceClock(id=clock_id, to=known.now + timedelta(days=days))
        return await app.use(service.AdvanceClock)(command, operator())

    details(run(work), json=json)


@clock.command("delete", epilog=examples("billing clock delete clock_1Q2w3E --yes"))
def delete_clock(clock_id: Clock, *, yes: Yes = False) -> None:
    """Delete a clock, with the customers who live by it and all they pay for."""
    from core.billing import schemas, service

    confirm(f"Delete {clock_id} and its customers?", yes=yes)
    use(service.DeleteClock, schemas.ClockReference(id=clock_id))
