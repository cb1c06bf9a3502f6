"""Questions about events."""

from typing import Annotated

import typer

from entrypoints.cli.showing import Json, Org, as_json, examples, table
from entrypoints.cli.stats import drawing, options
from entrypoints.cli.stats.options import (
    Aggregation,
    As,
    Days,
    Event,
    Format,
    GroupBy,
    Interval,
    Plot,
    Property,
    Where,
    Zone,
)
from entrypoints.cli.stats.using import used


def add_to(app: typer.Typer) -> None:
    app.command(
        "query",
        epilog=examples(
            "stats query engines --event order.placed --days 30 --plot",
            "stats query engines --event order.placed --aggregation sum --property amount",
            "stats query engines --event order.placed --where country=de --where 'amount>=5'",
        ),
    )(query)
    app.command("overview", epilog=examples("stats overview engines"))(overview)
    app.command("top", epilog=examples("stats top engines country --event order.placed"))(top)
    app.command("funnel", epilog=examples("stats funnel engines visit sign_up order.placed"))(
        funnel
    )
    app.command("retention", epilog=examples("stats retention engines sign_up visit"))(retention)


def query(
    organization: Org,
    event: Event = None,
    aggregation: Aggregation = "count",
    property_: Property = None,
    *,
    days: Days = 30,
    interval: Interval = "day",
    tz: Zone = "UTC",
    group_by: GroupBy = None,
    where: Where = None,
    how: As = Format.TABLE,
    compare: Annotated[bool, typer.Option("--compare", help="Also the time before.")] = False,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """Ask for numbers, over time and by group."""
    from core.stats import schemas

    asked = schemas.Query.model_validate(
        options.last(days)
        | {
            "interval": interval,
            "tz": tz,
            "event": event,
            "aggregation": aggregation,
            "property": property_,
            "group_by": group_by or [],
            "filter": options.conditions(where),
            "compare": "previous_period" if compare else None,
        }
    )
    how = Format.JSON if json else how
    drawing.show(used("QueryStats", organization, asked), how=how, plot=plot)


def overview(organization: Org, *, json: Json = False) -> None:
    """See how it goes lately, and went before."""
    shown = ("key", "currency", "value", "previous")
    table(used("GetOverview", organization, None).cards, shown, json=json)


def top(
    organization: Org,
    by: Annotated[str, typer.Argument(metavar="PROPERTY", help="Whose values, or `$subject`.")],
    event: Event = None,
    aggregation: Aggregation = "count",
    property_: Property = None,
    days: Days = 30,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 10,
    where: Where = None,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """See which values of a property are the most."""
    from core.stats import schemas

    asked = schemas.TopQuery.model_validate(
        options.last(days)
        | {
            "by": by,
            "event": event,
            "aggregation": aggregation,
            "property": property_,
            "limit": limit,
            "filter": options.conditions(where),
        }
    )
    found = used("QueryTop", organization, asked)
    if json:
        as_json(found)
    else:
        drawing.top(found, (by, aggregation), plot=plot)


def funnel(
    organization: Org,
    steps: Annotated[list[str], typer.Argument(metavar="EVENT...", help="Two to eight names.")],
    days: Days = 30,
    within: Annotated[int, typer.Option(min=1, max=90, help="Days for all of it.")] = 14,
    *,
    plot: Plot = False,
    json: Json = False,
) -> None:
    """See how many take each of some steps, one after another."""
    from core.stats import schemas

    asked = schemas.FunnelQuery.model_validate(
        options.last(days) | {"steps": [{"event": one} for one in steps], "window": f"P{within}D"}
    )
    found = used("QueryFunnel", organization, asked)
    if json:
        as_json(found)
    else:
        drawing.funnel(found, plot=plot)


def retention(
    organization: Org,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="What makes somebody new.")],
    again: Annotated[str, typer.Argument(metavar="AGAIN", help="What says they came back.")],
    period: Annotated[str, typer.Option(help="`day`, `week` or `month`.")] = "week",
    days: Days = 56,
    tz: Zone = "UTC",
    *,
    json: Json = False,
) -> None:
    """See how many of those who were new come back, and how much later."""
    from core.stats import schemas

    asked = schemas.RetentionQuery.model_validate(
        options.last(days)
        | {"first": {"event": first}, "again": {"event": again}, "period": period, "tz": tz}
    )
    found = used("QueryRetention", organization, asked)
    if json:
        as_json(found)
    else:
        drawing.retention(found)
