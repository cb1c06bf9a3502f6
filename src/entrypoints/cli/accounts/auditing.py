"""The audit log: looked at, followed, and handed out as a file."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import operator, run, use
from entrypoints.cli.showing import Org, examples

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

audit = typer.Typer(help="Who did what.", no_args_is_help=True)

EVENT = ("occurred_at", "action", "actor_kind", "actor_id", "target_type", "target_id", "outcome")


@audit.command(
    "search", epilog=examples("accounts audit search --action auth.login_failed --limit 5")
)
@listing()
def search(
    asked: Asked,
    action: Annotated[str | None, typer.Option(help="Only this: user.suspended")] = None,
) -> None:
    """Show the newest audit events of all organizations and of none, the newest first."""
    from core.accounts import schemas, service

    command = asked.of(schemas.ListAuditEvents, action=action)
    asked.show(use(service.SearchAuditEvents, command), EVENT)


@audit.command(
    "tail", epilog=examples("accounts audit tail engines --action member.removed --limit 5")
)
@listing()
def tail(
    organization: Org,
    asked: Asked,
    action: Annotated[str | None, typer.Option(help="Only this: member.removed")] = None,
) -> None:
    """Show the newest audit events of an organization, the newest first."""
    from core.accounts import schemas, service

    command = asked.of(schemas.ListAuditEvents, action=action)

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await app.use(service.ListAuditEvents)(command, actor)

    asked.show(run(work), EVENT)


class Format(StrEnum):
    """How a file is written."""

    NDJSON = "ndjson"
    CSV = "csv"


@audit.command(
    "export",
    epilog=examples(
        "accounts audit export engines > engines.ndjson",
        "accounts audit export --format csv --since 2026-11-01T00:00:00Z > all.csv",
        "accounts audit export engines --outcome failure --action auth.login_failed",
    ),
)
def export(
    organization: Annotated[
        str | None,
        typer.Argument(metavar="[ORGANIZATION]", help="An id or a slug; all and none without."),
    ] = None,
    *,
    action: Annotated[str | None, typer.Option(help="Only this: member.removed")] = None,
    actor: Annotated[UUID | None, typer.Option(help="Only theirs: a person's or key's id.")] = None,
    target_type: Annotated[str | None, typer.Option(help="Only of this kind: user")] = None,
    target: Annotated[UUID | None, typer.Option(help="Only of this thing: its id.")] = None,
    outcome: Annotated[str | None, typer.Option(help="success or failure.")] = None,
    since: Annotated[str | None, typer.Option(help="From then on, RFC 3339.")] = None,
    until: Annotated[str | None, typer.Option(help="Before then, RFC 3339.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.NDJSON,
) -> None:
    """Print who did what, the newest first: a line each, of an organization or of everything."""
    asked = {"action": action, "actor_id": actor, "target_type": target_type, "target_id": target}
    asked |= {"outcome": outcome, "since": since, "until": until}

    async def work(app: "Application") -> int:
        from entrypoints.auditing import written

        count, pages = 0, await _pages(app, organization, asked)
        typer.echo(written((), format_.value, header=True), nl=False)
        async for page in pages:
            typer.echo(written(page, format_.value, header=False), nl=False)
            count += len(page)
            _progress(count)
        return count

    typer.echo(f"{run(work)} events.", err=True)


async def _pages(app: "Application", organization: str | None, asked: dict[str, Any]) -> Any:
    from core.management.operations import schemas, service

    query = schemas.ExportAudit.model_validate(asked)
    if organization is None:
        return await app.use(service.ExportPlatformAudit)(query, operator())
    actor = await finding.inside(app, organization)
    return await app.use(service.ExportAuditEvents)(query, actor)


def _progress(count: int) -> None:
    if sys.stderr.isatty() and not sys.stdout.isatty():
        typer.echo(f"{count} events...\r", nl=False, err=True)


async def _events(app: "Application", actor: "Actor", **asked: Any) -> Any:
    from core.accounts import schemas, service

    return await app.use(service.ListAuditEvents)(schemas.ListAuditEvents(**asked), actor)
