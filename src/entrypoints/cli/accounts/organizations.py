"""Organizations, their members and invitations."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm, operator, run, use
from entrypoints.cli.showing import Json, Org, Yes, details, examples

if TYPE_CHECKING:
    from bootstrap import Application

orgs = typer.Typer(help="Organizations.", no_args_is_help=True)
members = typer.Typer(help="Who belongs to an organization.", no_args_is_help=True)
invitations = typer.Typer(help="Who is invited into an organization.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="USER", help="An id or an address.")]
Role = Annotated[str, typer.Option(help="owner, admin, billing, member, viewer or one of its own")]
INVITATION = ("id", "email", "role", "status", "created_at", "expires_at")


def add_to(app: typer.Typer) -> None:
    app.add_typer(orgs, name="orgs")
    app.add_typer(members, name="members")
    app.add_typer(invitations, name="invitations")


@orgs.command(
    "list",
    epilog=examples(
        "accounts orgs list", "accounts orgs list --filter name.icontains=eng --sort name"
    ),
)
@listing()
def list_organizations(asked: Asked) -> None:
    """List all organizations, the newest first."""
    from core.accounts import schemas, service

    page = use(service.ListOrganizations, asked.of(schemas.ListOrganizations))
    asked.show(page, ("id", "name", "slug", "created_at"))


@orgs.command(
    "create", epilog=examples("accounts orgs create Engines --owner ada@example.com --slug engines")
)
def create(
    name: str,
    owner: Annotated[str, typer.Option(help="Whose it is: an id or an address.")],
    slug: Annotated[str | None, typer.Option(help="Its short name; made of the name.")] = None,
    *,
    json: Json = False,
) -> None:
    """Found an organization for somebody."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, owner)
        command = schemas.FoundOrganization(name=name, slug=slug, owner_id=found.id)
        return await app.use(service.CreateOrganization)(command, operator())

    details(run(work), json=json)


@orgs.command("show", epilog=examples("accounts orgs show engines"))
def show(organization: Org, *, json: Json = False) -> None:
    """Show an organization."""
    details(run(lambda app: finding.organization(app, organization)), json=json)


@members.command(
    "list",
    epilog=examples(
        "accounts members list engines --json",
        "accounts members list engines --filter role.in=owner,admin --sort email --count",
    ),
)
@listing()
def list_members(organization: Org, asked: Asked) -> None:
    """List who belongs to an organization."""
    from core.accounts import schemas, service

    request = asked.of(schemas.ListMembers)

    async def work(app: "Application") -> Any:
        return await app.use(service.ListMembers)(request, await finding.inside(app, organization))

    asked.show(run(work), ("user_id", "email", "display_name", "role", "created_at"))


@members.command(
    "set-role", epilog=examples("accounts members set-role engines bob@example.com admin")
)
def set_role(organization: Org, user: Who, role: str, *, json: Json = False) -> None:
    """Give a member another role."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        command = schemas.ChangeMemberRole(user_id=found.id, role=role)
        actor = await finding.inside(app, organization)
        return await app.use(service.ChangeMemberRole)(command, actor)

    details(run(work), json=json)


@members.command("remove", epilog=examples("accounts members remove engines bob@example.com"))
def remove(organization: Org, user: Who, *, yes: Yes = False) -> None:
    """Take a member out of an organization."""
    from core.accounts import schemas, service

    confirm(f"Remove {user} from {organization}?", yes=yes)

    async def work(app: "Application") -> None:
        found = await finding.person(app, user)
        command = schemas.UserReference(user_id=found.id)
        await app.use(service.RemoveMember)(command, await finding.inside(app, organization))

    run(work)
    typer.echo(f"{user} is no member any more.")


@invitations.command(
    "send", epilog=examples("accounts invitations send engines bob@example.com --role admin")
)
def send(organization: Org, email: str, role: Role = "member", *, json: Json = False) -> None:
    """Invite an address into an organization."""
    from core.accounts import schemas, service

    async def work(app: "Application") -> Any:
        command = schemas.InviteMember(email=email, role=role)
        return await app.use(service.InviteMember)(command, await finding.inside(app, organization))

    details(run(work), json=json)


@invitations.command(
    "list",
    epilog=examples(
        "accounts invitations list engines",
        "accounts invitations list engines --filter status=pending --sort expires_at",
    ),
)
@listing()
def list_invitations(organization: Org, asked: Asked) -> None:
    """List who was invited, the newest first."""
    from core.accounts import schemas, service

    request = asked.of(schemas.ListInvitations)

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await app.use(service.ListInvitations)(request, actor)

    asked.show(run(work), INVITATION)


@invitations.command(
    "resend",
    epilog=examples("accounts invitations resend engines 019a1f6e-0000-7000-8000-000000000000"),
)
def resend(organization: Org, invitation_id: str, *, json: Json = False) -> None:
    """Mail an invitation again and give it another week."""
    from core.accounts import service

    details(_answered(service.ResendInvitation, organization, invitation_id), json=json)


@invitations.command(
    "revoke",
    epilog=examples(
        "accounts invitations revoke engines 019a1f6e-0000-7000-8000-000000000000 --yes"
    ),
)
def revoke(organization: Org, invitation_id: str, *, yes: Yes = False) -> None:
    """Take an invitation back."""
    from core.accounts import service

    confirm(f"Revoke the invitation {invitation_id}?", yes=yes)
    _answered(service.RevokeInvitation, organization, invitation_id)
    typer.echo("The invitation is revoked.")


def _answered(use_case: Any, organization: str, invitation_id: str) -> Any:
    from core.accounts import schemas

    async def work(app: "Application") -> Any:
        command = schemas.InvitationReference.model_validate({"invitation_id": invitation_id})
        return await app.use(use_case)(command, await finding.inside(app, organization))

    return run(work)
