"""What programs prove themselves with."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm, run
from entrypoints.cli.showing import Json, Org, Yes, details, examples

if TYPE_CHECKING:
    from bootstrap import Application

api_keys = typer.Typer(help="Keys of programs.", no_args_is_help=True)

KEY = ("id", "name", "scopes", "role", "user_id", "created_at", "expires_at", "last_used_at")


def add_to(app: typer.Typer) -> None:
    app.add_typer(api_keys, name="api-keys")


@api_keys.command(
    "create",
    epilog=examples(
        "accounts api-keys create engines deploy --scope members:read --expires 2027-12-31"
    ),
)
def create(
    organization: Org,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; as often as needed.")],
    role: Annotated[str | None, typer.Option(help="Its role; else member.")] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="When it ends, in UTC."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Make a key for a service; prints it, once. People make their own keys themselves."""
    from datetime import UTC

    from core.accounts.api_keys import schemas, service

    command = schemas.CreateApiKey(
        name=name,
        scopes=tuple(scope),
        role=role,
        service=True,
        expires_at=expires.replace(tzinfo=UTC) if expires else None,
    )
    details(_answered(service.CreateApiKey, organization, command), json=json)


@api_keys.command(
    "list",
    epilog=examples(
        "accounts api-keys list engines",
        "accounts api-keys list engines --filter service=true --sort last_used_at",
    ),
)
@listing()
def list_api_keys(organization: Org, asked: Asked) -> None:
    """List the keys that are not revoked, the newest first."""
    from core.accounts.api_keys import schemas, service

    asked.show(_answered(service.ListApiKeys, organization, asked.of(schemas.ListApiKeys)), KEY)


@api_keys.command(
    "revoke",
    epilog=examples("accounts api-keys revoke engines 019a1f6e-0000-7000-8000-000000000000 --yes"),
)
def revoke(organization: Org, key_id: str, *, yes: Yes = False) -> None:
    """End a key; its next request is refused."""
    from core.accounts.api_keys import schemas, service

    confirm(f"Revoke the key {key_id}?", yes=yes)
    command = schemas.ApiKeyReference.model_validate({"key_id": key_id})
    _answered(service.RevokeApiKey, organization, command)
    typer.echo("The key is revoked.")


def _answered(use_case: Any, organization: str, command: object) -> Any:
    async def work(app: "Application") -> Any:
        return await app.use(use_case)(command, await finding.inside(app, organization))

    return run(work)
