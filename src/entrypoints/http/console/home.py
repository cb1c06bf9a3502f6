"""Where one begins: one's organizations, and for operators how the installation is."""

from http import HTTPStatus

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core.accounts import service
from core.billing import schemas as billing_schemas
from core.billing import service as billing
from core.exceptions import Forbidden
from core.management.operations import service as operations
from core.models import PageRequest
from entrypoints.http.console.asking import asked, older
from entrypoints.http.console.navigation import HOME
from entrypoints.http.console.rendering import ASSETS
from entrypoints.http.console.routing import OpenRoute
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here

router = make_router()
assets = make_router(OpenRoute)
anything = make_router()
"""Comes last: whatever no page is at."""

FEW = PageRequest(limit=5)


@router.get(HOME)
async def show_home(request: Request) -> Response:
    visit = here(request)
    mine = await visit.use(service.ListMyOrganizations)(asked(request, PageRequest), visit.actor)
    return visit.page(
        "home.html",
        mine=mine,
        older=older(request, mine.next_cursor),
        plane=await _plane(visit),
    )


@router.get(f"{HOME}/")
async def lead_home(_: Request) -> Response:
    return RedirectResponse(HOME, HTTPStatus.PERMANENT_REDIRECT)


@anything.get(f"{HOME}/{{rest:path}}")
async def show_nothing(_: Request) -> Response:
    raise HTTPException(HTTPStatus.NOT_FOUND)


async def _plane(visit: Visit) -> dict[str, object] | None:
    """Return what operators look at first; None for whoever is none, or came by one factor."""
    try:
        visit.actor.require_platform("operator", "support")
    except Forbidden:
        return None
    return {
        "overview": await visit.use(operations.GetPlatformOverview)(None, visit.actor),
        "organizations": (await visit.use(service.ListOrganizations)(FEW, visit.actor)).items,
        "dead_events": await _dead_events(visit),
    }


async def _dead_events(visit: Visit) -> int:
    query = billing_schemas.ListEvents(status="dead", limit=100)
    return len((await visit.use(billing.ListEvents)(query, visit.actor)).items)


@assets.get("/console/static/{asset}")
async def static(asset: str) -> Response:
    """Hand out what pages are dressed in; their addresses change with them."""
    if asset not in ASSETS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    media, content = ASSETS[asset]
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=media, headers=kept)
