"""What is added up while it happens."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import REFUSED, run
from entrypoints.cli.showing import Json, Org, Yes, details, examples, grid
from entrypoints.cli.stats import drawing, options
from entrypoints.cli.stats.options import As, Days, Format, GroupBy, Interval, Plot, Where, Zone
from entrypoints.cli.stats.using import used

if TYPE_CHECKING:
    from bootstrap import Application

app = typer.Typer(help="What is added up while it happens.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="METER", help="Its name.")]
PATIENCE = 0.5


@app.command("list", epilog=examples("stats meters list engines"))
@listing(limit=100)
def list_meters(organization: Org, asked: Asked) -> None:
    """List what is added up."""
    from core.stats import schemas

    shown = ("slug", "event_name", "aggregation", "property", "dimensions", "state", "created_at")
    asked.show(used("ListMeters", organization, asked.of(schemas.ListMeters)), shown)


@app.command("show", epilog=examples("stats meters show engines revenue"))
def show(organization: Org, slug: Slug, *, json: Json = False) -> None:
    """Show one meter, and how far it is."""
    from core.stats import schemas

    details(used("GetMeter", organization, schemas.MeterReference(slug=slug)), json=json)


@app.command(
    "create",
    epilog=examples(
        "stats meters create engines revenue --event order.placed --aggregation sum"
        " --property amount"
    ),
)
def create(
    organization: Org,
    slug: Slug,
    event: Annotated[str, typer.Option(help="Of which events.")],
    aggregation: Annotated[
        str,
        typer.Option(help="`count`, `sum`, `avg`, `min`, `max`, `last`, `unique` or `histogram`."),
    ] = "count",
    property_: Annotated[str | None, typer.Option("--property", help="What is added up.")] = None,
    dimension: Annotated[
        list[str] | None, typer.Option(help="A property to tell apart by; up to four times.")
    ] = None,
    where: Where = None,
    *,
    json: Json = False,
) -> None:
    """Add something up from now on, and all of it that happened before."""
    from core.stats import schemas, service

    command = schemas.CreateMeter.model_validate(
        {
            "slug": slug,
            "event_name": event,
            "aggregation": aggregation,
            "property": property_,
            "dimensions": dimension or [],
            "filter": options.conditions(where),
        }
    )

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        await app.use(service.CreateMeter)(command, actor)
        return await _built(app, actor.require_organization(), slug)

    details(run(work), json=json)


@app.command("backfill", epilog=examples("stats meters backfill engines revenue"))
def backfill(organization: Org, slug: Slug, *, json: Json = False) -> None:
    """Have a meter forget what it added up, and add all up again."""
    from core.stats import schemas, service

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        await app.use(service.BackfillMeter)(schemas.MeterReference(slug=slug), actor)
        return await _built(app, actor.require_organization(), slug)

    details(run(work), json=json)


async def _built(app: "Application", organization_id: Any, slug: str) -> Any:
    """Add up what there was, here and now, and show how far it is: a worker may do so too."""
    import asyncio
    from contextlib import suppress

    from core.stats import schemas, service
    from entrypoints.cli.running import operator

    actor = operator().within(organization_id)
    job = schemas.BuildMeter(organization_id=organization_id, slug=slug)
    building = asyncio.ensure_future(app.use(service.BuildMeter)(job, operator()))
    reference = schemas.MeterReference(slug=slug)
    while not building.done():
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(building), PATIENCE)
        found = await app.use(service.GetMeter)(reference, actor)
        if found.built_until and sys.stderr.isatty():
            typer.echo(f"\radded up as far as {found.built_until:%Y-%m-%d}", nl=False, err=True)
    await building
    return await app.use(service.GetMeter)(reference, actor)


@app.command("usage", epilog=examples("stats meters usage engines revenue --days 7 --plot"))
def usage(
    organization: Org,
    slug: Slug,
    days: Days = 30,
    interval: Interval = "day",
    tz: Zone = "UTC",
    group_by: GroupBy = None,
    aggregation: Annotated[
        str | None, typer.Option(help="Something else that it knows: `avg`, `p95`...")
    ] = None,
    how: As = Format.TABLE,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """See what a meter added up: at once, however much happened."""
    from core.stats import schemas

    asked = schemas.MeterUsage.model_validate(
        options.last(days)
        | {
            "slug": slug,
            "interval": interval,
            "tz": tz,
            "group_by": ",".join(group_by) if group_by else None,
            "aggregation": aggregation,
        }
    )
    how = Format.JSON if json else how
    drawing.show(used("QueryMeter", organization, asked), how=how, plot=plot)


@app.command("verify", epilog=examples("stats meters verify engines revenue --days 7"))
def verify(organization: Org, slug: Slug, days: Days = 30) -> None:
    """Compare what a meter added up with the events; exit with 1 where they differ.

    They do where somebody's events were erased: what was added up of them stays. Whole hours are
    compared with their quarters, too.
    """
    from core.stats import schemas

    asked = schemas.VerifyMeter.model_validate(options.last(days) | {"slug": slug})
    found = used("VerifyMeter", organization, asked)
    if not found:
        typer.echo("The meter says what the events say.")
        return
    grid(
        ("since", "meter: number", "sum", "events: number", "sum"),
        [(one.bucket, *one.meter, *one.events) for one in found],
    )
    raise typer.Exit(REFUSED)


@app.command("delete", epilog=examples("stats meters delete engines revenue --yes"))
def delete(organization: Org, slug: Slug, *, yes: Yes = False) -> None:
    """Add it up no more, and forget what was added up; the events stay."""
    from core.stats import schemas

    if not yes:
        typer.confirm(f"Forget what {slug} added up?", abort=True)
    used("DeleteMeter", organization, schemas.DeleteMeter(slug=slug))
    typer.echo("It is deleted.")
