from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import WRONG_USAGE, end, operator, run, use
from entrypoints.cli.showing import Json, Org, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application

entitlements = typer.Typer(help="What organizations may use.", no_args_is_help=True)

Feature = Annotated[str, typer.Argument(metavar="FEATURE", help="Its key in the catalogue.")]


def add_to(app: typer.Typer) -> None:
    app.add_typer(entitlements, name="entitlements")
    app.command("show", epilog=examples("billing show engines"))(show)
    app.command("sync", epilog=examples("billing sync engines", "billing sync --all"))(sync)


def show(organization: Org, *, json: Json = False) -> None:
    """Show what an organization pays for, and whether that is granted now."""
    from core.billing import service

    async def work(app: "Application") -> Any:
        return await app.use(service.GetBilling)(None, await finding.inside(app, organization))

    details(run(work), json=json)


def sync(
    organization: Annotated[
        str | None, typer.Argument(metavar="ORGANIZATION", help="An id or a slug.")
    ] = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="Every customer there is.")] = False,
    json: Json = False,
) -> None:
    """Look at a customer at the provider again, whatever did or did not arrive about them."""
    from core.billing import schemas, service

    if (organization is None) is not everybody:
        end(WRONG_USAGE, "Name an organization, or say --all.")
    if organization is None:
        failed = use(service.ReconcileBilling, schemas.ReconcileBilling())
        typer.echo(f"Everybody was looked at; {failed} could not be.")
        return
    named = organization

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, named)
        command = schemas.SyncOrganization(organization_id=found.id)
        return await app.use(service.SyncOrganization)(command, operator())

    details(run(work), json=json)


@entitlements.command("show", epilog=examples("billing entitlements show engines"))
def entitlements_of(organization: Org, *, json: Json = False) -> None:
    """Show everything that an organization may use."""
    from core.billing import service

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await app.use(service.ListEntitlements)(None, actor)

    found = run(work).items
    table(found, ("feature", "has_access", "type", "limit", "value", "reason", "until"), json=json)


@entitlements.command(
    "set",
    epilog=examples(
        "billing entitlements set engines projects --most 500",
        "billing entitlements set engines sso",
        "billing entitlements set engines sso --none",
    ),
)
def set_override(
    organization: Org,
    feature: Feature,
    most: Annotated[
        int | None, typer.Option(help="So many; left out: as it is switched on.")
    ] = None,
    value: Annotated[str | None, typer.Option(help="Which kind of it.")] = None,
    *,
    none: Annotated[bool, typer.Option("--none", help="Take it away.")] = False,
    json: Json = False,
) -> None:
    """Give an organization a feature apart from its plan, or take one away."""
    from core.billing import schemas, service

    given: dict[str, Any] | None = {"type": "boolean"}
    if none:
        given = None
    elif most is not None:
        given = {"type": "limit", "most": most}
    elif value is not None:
        given = {"type": "config", "value": value}

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        command = schemas.SetOverride.model_validate(
            {"organization_id": found.id, "key": feature, "feature": given}
        )
        return await app.use(service.SetOverride)(command, operator())

    details(run(work), json=json)


@entitlements.command("reset", epilog=examples("billing entitlements reset engines projects"))
def drop_override(organization: Org, feature: Feature) -> None:
    """Let an organization have of a feature what its plan says."""
    from core.billing import schemas, service

    async def work(app: "Application") -> None:
        found = await finding.organization(app, organization)
        command = schemas.OverrideReference(organization_id=found.id, feature=feature)
        await app.use(service.DropOverride)(command, operator())

    run(work)
