"""Somebody's product, made up: visitors who sign up, come back, and buy."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import run
from entrypoints.cli.showing import Org, examples

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

COUNTRIES: Final = ("de", "at", "ch", "fr", "it", "es", "pl", "nl")
NAMES: Final = ("visit", "sign_up", "order_placed")
SHARES: Final = (8, 1, 1)
PLANS: Final = ("free", "free", "free", "basic", "basic", "pro")

METERS: Final[tuple[dict[str, Any], ...]] = (
    {"slug": "demo_sign_ups", "event_name": "sign_up", "dimensions": ["plan"]},
    {"slug": "demo_actives", "event_name": "visit", "aggregation": "unique"},
    {
        "slug": "demo_revenue",
        "event_name": "order_placed",
        "aggregation": "sum",
        "property": "amount",
        "dimensions": ["plan"],
    },
)
REPORTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "title": "Sign-ups a day",
        "query": {"kind": "meter", "slug": "demo_sign_ups", "interval": "day"},
    },
    {
        "title": "Active people a day",
        "range": {"last": "P7D"},
        "query": {"kind": "trend", "event": "visit", "aggregation": "unique", "interval": "day"},
    },
    {
        "title": "Revenue a day",
        "chart": "bar",
        "query": {
            "kind": "meter",
            "slug": "demo_revenue",
            "interval": "day",
            "group_by": ["plan"],
        },
    },
    {
        "title": "From a visit to an order",
        "range": {"last": "P7D"},
        "query": {
            "kind": "funnel",
            "steps": [{"event": "sign_up"}, {"event": "visit"}, {"event": "order_placed"}],
        },
    },
)


def add_to(app: typer.Typer) -> None:
    app.command("demo", epilog=examples("stats demo engines --events 100000"))(demo)


def demo(
    organization: Org,
    events: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many.")] = 100_000,
    days: Annotated[int, typer.Option(min=1, max=390, help="Of the last so many days.")] = 90,
) -> None:
    """Make up what happens in a product: meters, events, and a dashboard of them."""
    from rich.progress import track

    from core.stats import constants
    from entrypoints.cli.stats.events import taken

    async def work(app: "Application") -> UUID:
        actor = await finding.inside(app, organization)
        await _meters(app, actor)
        chunks = batched(happenings(events, days), constants.IMPORTED_AT_ONCE, strict=False)
        shown = track(
            chunks,
            total=-(-events // constants.IMPORTED_AT_ONCE),
            description="events",
            disable=not sys.stderr.isatty(),
        )
        found = await taken(app, actor, shown)
        typer.echo(f"{found['inserted']} events are new, {found['duplicates']} were known.")
        return await _dashboard(app, actor)

    typer.echo(f"core-api stats dashboards run {organization} {run(work)} --plot")


async def _meters(app: "Application", actor: "Actor") -> None:
    from core.stats import exceptions, schemas, service

    for one in METERS:
        command = schemas.CreateMeter.model_validate(one)
        try:
            await app.use(service.CreateMeter)(command, actor)
        except exceptions.MeterTaken:
            continue
        job = schemas.BuildMeter(organization_id=actor.require_organization(), slug=command.slug)
        await app.carry_out(job)


async def _dashboard(app: "Application", actor: "Actor") -> UUID:
    from core.stats import schemas, service

    made = [
        await app.use(service.CreateReport)(schemas.CreateReport.model_validate(one), actor)
        for one in REPORTS
    ]
    command = schemas.CreateDashboard(title="Demo", report_ids=tuple(one.id for one in made))
    return (await app.use(service.CreateDashboard)(command, actor)).id


def happenings(number: int, days: int) -> Iterator[dict[str, Any]]:
    """Yield events one after another, the same again for the same number on the same day."""
    from random import Random

    pick = Random(number)  # noqa: S311 - made up
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    apart = timedelta(days=days) / number
    people = max(number // 20, 1)
    for at in range(number):
        who = min(int(pick.expovariate(3) * people), people - 1)
        about = {"country": COUNTRIES[who % len(COUNTRIES)], "plan": PLANS[who % len(PLANS)]}
        name = pick.choices(NAMES, SHARES)[0]
        paid = {"amount": pick.randrange(100, 9900) / 100} if name == "order_placed" else {}
        yield {
            "id": str(UUID(int=pick.getrandbits(128), version=4)),
            "time": (end - timedelta(days=days) + at * apart).isoformat(),
            "subject": f"user-{who}",
            "name": name,
            "props": about | paid,
        }
