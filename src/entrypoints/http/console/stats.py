"""What happens in an organization: events, meters that add them up, dashboards of reports."""

from datetime import datetime, timedelta
from typing import Final

from fastapi import Request, Response
from pydantic import AwareDatetime

from core.exceptions import CoreError
from core.models import PageRequest
from core.stats import schemas, service
from core.stats.models import EventId
from core.stats.reports import DashboardId, ReportId
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here
from entrypoints.http.dependencies import application
from entrypoints.http.stats import charts

router = make_router()

EVENTS: Final = f"{TENANT}/events"
METERS: Final = f"{TENANT}/meters"
METER: Final = f"{METERS}/{{slug}}"
DASHBOARDS: Final = f"{TENANT}/dashboards"
SPAN: Final = timedelta(days=30)
WIDE: Final = schemas.Size(width=900, height=260)
HALF: Final = schemas.Size(width=640, height=320)
LATELY: Final = 60
"""Seconds that the numbers of a dashboard may be old: whoever looks at it together counts once."""


@router.get(EVENTS)
async def list_events(request: Request) -> Response:
    visit = here(request)
    query = asked(request, schemas.ListEvents)
    found = await visit.use(service.ListStatsEvents)(query, visit.actor)
    names = await visit.use(service.ListNames)(schemas.ListNames(), visit.actor)
    return visit.page(
        "events.html",
        found=found,
        older=older(request, found.next_cursor),
        names=names.items,
        query=query,
        size=WIDE,
    )


@router.get(f"{EVENTS}/chart.svg")
async def draw_events(request: Request) -> Response:
    """Draw how often something happened a day, in the last thirty."""
    visit = here(request)
    told = _lately(request) | {"width": WIDE.width, "height": WIDE.height}
    query = asked(request, schemas.DrawStats, **told)
    return charts.answer(await visit.use(service.DrawStats)(query, visit.actor))


def _lately(request: Request) -> dict[str, datetime | str]:
    now = application(request).container.clock().now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    end = day + timedelta(days=1)
    return {"from": end - SPAN, "to": end, "interval": "day", "chart": "bar"}


@router.get(f"{EVENTS}/{{event_id}}")
async def show_event(request: Request, event_id: EventId, time: AwareDatetime) -> Response:
    visit = here(request)
    reference = schemas.EventReference(event_id=event_id, time=time)
    found = await visit.use(service.GetStatsEvent)(reference, visit.actor)
    return visit.page("event.html", event=found)


@router.get(METERS)
async def list_meters(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.ListMeters)(None, visit.actor)
    return visit.page("meters.html", meters=found.items)


@router.get(METER)
async def show_meter(request: Request, slug: str) -> Response:
    visit = here(request)
    reference = visit.sent.command(schemas.MeterReference, slug=slug)
    found = await visit.use(service.GetMeter)(reference, visit.actor)
    rows, problem = await _used(request, found)
    return visit.page("meter.html", meter=found, rows=rows, problem=problem, size=WIDE)


async def _used(
    request: Request, meter: schemas.MeterView
) -> tuple[list[schemas.Point], str | None]:
    """Return what a meter says a day, the newest first, or why it says nothing yet."""
    visit, told = here(request), _lately(request)
    asked = {"slug": meter.slug} | {name: told[name] for name in ("from", "to", "interval")}
    try:
        query = schemas.MeterUsage.model_validate(asked)
        answer = await visit.use(service.QueryMeter)(query, visit.actor)
    except CoreError as error:
        return [], error.detail or error.title
    points = [point for one in answer.series[:1] for point in one.points if point.value]
    return points[::-1], None


@router.get(f"{METER}/chart.svg")
async def draw_meter(request: Request, slug: str) -> Response:
    """Draw what a meter counts, by the same question to the events."""
    visit = here(request)
    reference = visit.sent.command(schemas.MeterReference, slug=slug)
    meter = await visit.use(service.GetMeter)(reference, visit.actor)
    aggregation = "p95" if meter.aggregation == "histogram" else meter.aggregation
    told = {"event": meter.event_name, "aggregation": aggregation, "property": meter.property}
    sized = {"width": WIDE.width, "height": WIDE.height}
    query = schemas.DrawStats.model_validate(_lately(request) | told | sized)
    return charts.answer(await visit.use(service.DrawStats)(query, visit.actor))


@question(
    router,
    f"{METER}/delete",
    title="Delete this meter?",
    about="What it added up is forgotten; the events stay.",
    button="Delete the meter",
    back=METERS,
)
async def delete_meter(request: Request, slug: str) -> Response:
    visit = here(request)
    command = visit.sent.command(schemas.DeleteMeter, slug=slug)
    await visit.use(service.DeleteMeter)(command, visit.actor)
    return visit.leave(visit.path("/meters"), f"The meter {slug} is gone.")


@router.post(f"{METER}/backfill")
@beside(show_meter)
async def backfill_meter(request: Request, slug: str) -> Response:
    visit = here(request)
    reference = visit.sent.command(schemas.MeterReference, slug=slug)
    await visit.use(service.BackfillMeter)(reference, visit.actor)
    return visit.leave(visit.path(f"/meters/{slug}"), "It adds all up again.")


@router.get(DASHBOARDS)
async def list_dashboards(request: Request) -> Response:
    visit = here(request)
    query = asked(request, PageRequest)
    found = await visit.use(service.ListDashboards)(query, visit.actor)
    reports = await visit.use(service.ListReports)(PageRequest(limit=100), visit.actor)
    return visit.page(
        "dashboards.html",
        found=found,
        older=older(request, found.next_cursor),
        reports=reports.items,
    )


@router.get(f"{DASHBOARDS}/{{dashboard_id}}")
async def show_dashboard(request: Request, dashboard_id: DashboardId) -> Response:
    visit = here(request)
    max_age = 0 if "now" in request.query_params else LATELY
    query = schemas.RunDashboard(dashboard_id=dashboard_id, max_age=max_age)
    ran = await visit.use(service.RunDashboard)(query, visit.actor)
    return visit.page("dashboard.html", ran=ran, size=HALF)


@router.get(f"{TENANT}/reports/{{report_id}}/chart.svg")
async def draw_report(request: Request, report_id: ReportId) -> Response:
    """Draw what the page has just told, which was not the newest then."""
    visit = here(request)
    query = schemas.DrawReport(report_id=report_id, size=HALF, max_age=2 * LATELY)
    return charts.answer(await visit.use(service.DrawReport)(query, visit.actor))
