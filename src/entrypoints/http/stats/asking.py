from typing import Annotated

from fastapi import Query, Request, Response

from core.models import OrganizationId
from core.stats import exceptions, schemas, service
from entrypoints.exchange import MEDIA, charted
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.stats import charts

router = make_router(
    "/v1/organizations/{organization_id}/stats", "stats", route_class=OwnIdempotencyRoute
)

EXPENSIVE = TENANT | problems.responses(exceptions.QueryTooExpensive)
ASKED = EXPENSIVE | problems.responses(exceptions.UnknownZone)


@router.post(
    "/query",
    response_model=schemas.Chart,
    responses=ASKED | {200: {"content": {"text/csv": {}}}},
)
async def query_stats(
    organization_id: OrganizationId,
    query: schemas.Query,
    actor: CurrentActor,
    ask: Use[service.QueryStats],
    request: Request,
) -> schemas.Chart | Response:
    """Ask for numbers over time and by group; with `Accept: text/csv` they come as a table."""
    chart = schemas.Chart.of(await ask(query, actor))
    if "text/csv" in request.headers.get("accept", ""):
        return Response(charted(chart), media_type=MEDIA["csv"])
    return chart


@router.post("/top", responses=EXPENSIVE)
async def query_top(
    organization_id: OrganizationId,
    query: schemas.TopQuery,
    actor: CurrentActor,
    ask: Use[service.QueryTop],
) -> schemas.TopView:
    """See which values of a property are the most."""
    return await ask(query, actor)


@router.post("/funnel", responses=EXPENSIVE)
async def query_funnel(
    organization_id: OrganizationId,
    query: schemas.FunnelQuery,
    actor: CurrentActor,
    ask: Use[service.QueryFunnel],
) -> schemas.FunnelView:
    """See how many subjects take each of some steps, one after another."""
    return await ask(query, actor)


@router.post("/retention", responses=ASKED)
async def query_retention(
    organization_id: OrganizationId,
    query: schemas.RetentionQuery,
    actor: CurrentActor,
    ask: Use[service.QueryRetention],
) -> schemas.RetentionView:
    """See how many of those who were new come back, and how much later."""
    return await ask(query, actor)


@router.get("/overview", responses=EXPENSIVE)
async def get_stats_overview(
    organization_id: OrganizationId, actor: CurrentActor, overview: Use[service.GetOverview]
) -> schemas.OverviewView:
    """See how it goes lately, and went before: who is active, signed up, paid, uploaded."""
    return await overview(None, actor)


@router.get("/chart.svg", response_class=Response, responses=charts.DRAWN | ASKED)
async def draw_stats(
    organization_id: OrganizationId,
    query: Annotated[schemas.DrawStats, Query()],
    actor: CurrentActor,
    draw: Use[service.DrawStats],
) -> Response:
    """Ask for numbers over time and by group, and draw them as SVG that nothing runs in."""
    return charts.answer(await draw(query, actor))


@router.get("/limits", responses=TENANT)
async def get_stats_limits(
    organization_id: OrganizationId, actor: CurrentActor, limits: Use[service.GetLimits]
) -> schemas.Limits:
    """See what may be asked for at once."""
    return await limits(None, actor)
