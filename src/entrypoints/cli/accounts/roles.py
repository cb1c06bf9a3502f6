"""Roles that organizations make, and the permissions there are."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm, run, use
from entrypoints.cli.showing import Json, Org, Yes, details, examples, table

if TYPE_CHECKING:
    from bootstrap import Application

roles = typer.Typer(help="Roles of an organization.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="ROLE", help="Its key, as `list` shows it.")]
ROLE = ("key", "name", "built_in", "permissions")


def add_to(app: typer.Typer) -> None:
    app.add_typer(roles, name="roles")
    app.command("permissions", epilog=examples("accounts permissions"))(list_permissions)


def list_permissions(*, json: Json = False) -> None:
    """List what a role may hold; `roles` are the built-in ones that do."""
    from core.accounts.roles import service

    table(use(service.ListPermissions, None).items, ("name", "about", "roles"), json=json)


@roles.command("list", epilog=examples("accounts roles list engines"))
@listing(limit=100)
def list_roles(organization: Org, asked: Asked) -> None:
    """List an organization's roles: the built-in ones, then its own."""
    from core.accounts.roles import schemas, service

    command = asked.of(schemas.ListRoles)
    asked.show(_answered(service.ListRoles, organization, command), ROLE)


@roles.command(
    "create",
    epilog=examples(
        "accounts roles create engines auditor --permission audit:read --permission members:read"
    ),
)
def create(
    organization: Org,
    key: Key,
    name: Annotated[str | None, typer.Option(help="What people call it; else its key.")] = None,
    permission: Annotated[
        list[str] | None, typer.Option(help="What it may do; as often as there is something.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Make a role of the organization's own."""
    from core.accounts.roles import schemas, service

    command = {"key": key, "name": name or key, "permissions": permission or []}
    made = _answered(service.CreateRole, organization, schemas.CreateRole.model_validate(command))
    details(made, json=json)


@roles.command(
    "update",
    epilog=examples(
        "accounts roles update engines auditor --permission audit:read",
        "accounts roles update engines auditor --name Auditors",
    ),
)
def update(
    organization: Org,
    key: Key,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    permission: Annotated[
        list[str] | None, typer.Option(help="All that it may do from now on, one by one.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Rename a role, or change what it may do; what is not named stays as it is."""
    from core.accounts.roles import schemas, service

    wanted = {"name": name, "permissions": permission}
    command = schemas.UpdateRole.model_validate(
        {"key": key, "changes": {what: value for what, value in wanted.items() if value}}
    )
    details(_answered(service.UpdateRole, organization, command), json=json)


@roles.command("delete", epilog=examples("accounts roles delete engines auditor --yes"))
def delete(organization: Org, key: Key, *, yes: Yes = False) -> None:
    """Remove a role that nobody and nothing has."""
    from core.accounts.roles import schemas, service

    confirm(f"Remove the role {key} of {organization}?", yes=yes)
    _answered(service.DeleteRole, organization, schemas.RoleReference.model_validate({"key": key}))
    typer.echo("The role is removed.")


def _answered(use_case: Any, organization: str, command: object) -> Any:
    async def work(app: "Application") -> Any:
        return await app.use(use_case)(command, await finding.inside(app, organization))

    return run(work)
