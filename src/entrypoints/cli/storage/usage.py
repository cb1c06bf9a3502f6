from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import WRONG_USAGE, end, operator, run
from entrypoints.cli.showing import Json, Org, details, examples
from entrypoints.cli.storage.asking import do

if TYPE_CHECKING:
    from bootstrap import Application

app = typer.Typer(help="How much organizations hold, and may hold.", no_args_is_help=True)


@app.command("show", epilog=examples("storage usage show engines"))
def show(organization: Org, *, json: Json = False) -> None:
    """Show how much an organization holds, in bytes."""
    from core.storage import service

    details(do(service.GetUsage, None, organization), json=json)


@app.command(
    "set-quota",
    epilog=examples(
        "storage usage set-quota engines 10000000000", "storage usage set-quota engines --default"
    ),
)
def set_quota(
    organization: Org,
    limit: Annotated[int | None, typer.Argument(help="In bytes.", show_default=False)] = None,
    *,
    default: Annotated[
        bool, typer.Option("--default", help="As much as the installation lets everybody.")
    ] = False,
    json: Json = False,
) -> None:
    """Set how much an organization may hold."""
    from core.storage import schemas, service

    if (limit is None) is not default:
        end(WRONG_USAGE, "Say a limit in bytes, or --default.")

    async def work(app: "Application") -> Any:
        found = await finding.organization(app, organization)
        command = schemas.SetQuota(organization_id=found.id, quota=schemas.Quota(limit=limit))
        return await app.use(service.SetQuota)(command, operator())

    details(run(work), json=json)


@app.command(
    "recompute", epilog=examples("storage usage recompute", "storage usage recompute engines")
)
def recompute(
    organization: Annotated[
        str | None, typer.Argument(metavar="ORGANIZATION", help="This one alone.")
    ] = None,
) -> None:
    """Add up what organizations hold, and mend sums that differ; it also runs by the clock."""
    from core.storage import schemas, service

    async def work(app: "Application") -> int:
        found = await finding.organization(app, organization) if organization else None
        job = schemas.ReconcileUsage(organization_id=found.id if found else None)
        return await app.use(service.ReconcileUsage)(job, operator())

    typer.echo(f"{run(work)} sums mended.")
