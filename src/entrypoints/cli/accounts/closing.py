"""The end of an organization, the way back from it, and who owns it meanwhile."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import confirm, operator, run, use
from entrypoints.cli.showing import Json, Org, Yes, details, examples

if TYPE_CHECKING:
    from bootstrap import Application


def add_to(orgs: typer.Typer, maintenance: typer.Typer) -> None:
    for group, name, command, line in (
        (orgs, "delete", delete, "accounts orgs delete engines --yes"),
        (orgs, "restore", restore, "accounts orgs restore engines"),
        (orgs, "set-owner", set_owner, "accounts orgs set-owner engines bob@example.com"),
        (maintenance, "purge-orgs", purge, "accounts maintenance purge-orgs"),
    ):
        group.command(name, epilog=examples(line))(command)


def delete(organization: Org, *, yes: Yes = False, json: Json = False) -> None:
    """Shut an organization at once, and have everything of it erased in 30 days."""
    from core.accounts.closing import schemas, service

    confirm(f"Shut {organization}, and erase everything of it in 30 days?", yes=yes)

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        command = schemas.DeleteOrganization(organization_id=found.id)
        return await app.use(service.DeleteOrganization)(command, operator())

    details(run(work), json=json)


def restore(organization: Org, *, json: Json = False) -> None:
    """Keep an organization that is about to be deleted, and let its members in again."""
    from core.accounts.closing import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        command = schemas.RestoreOrganization(organization_id=found.id)
        return await app.use(service.RestoreOrganization)(command, operator())

    details(run(work), json=json)


def set_owner(
    organization: Org,
    owner: Annotated[str, typer.Argument(metavar="USER", help="A member: an id or an address.")],
) -> None:
    """Make a member an owner; other owners stay what they are."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> None:
        actor = await finding.inside(app, organization)
        found = await finding.person(app, owner)
        await app.use(service.TransferOwnership)(schemas.UserReference(user_id=found.id), actor)

    run(work)


def purge(*, json: Json = False) -> None:
    """Erase for good the organizations whose 30 days are over; it also runs by the clock."""
    from core.accounts.closing import schemas, service

    purged = use(service.PurgeDeletedOrganizations, schemas.PurgeDeletedOrganizations())
    if json:
        details(purged, json=True)
    else:
        typer.echo(f"{purged.deleted} organizations deleted.")
