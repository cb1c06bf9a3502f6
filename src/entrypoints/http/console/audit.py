"""Who did what: in an organization for those who may read it, everywhere for operators."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from core.accounts import schemas, service
from entrypoints.http.console.asking import older
from entrypoints.http.console.navigation import ADMIN, TENANT
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here
from entrypoints.http.pages.forms import Posted

router = make_router()


@router.get(f"{TENANT}/audit")
async def show_audit(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.ListAuditEvents)(_asked(request), visit.actor)
    return _shown(request, found)


@router.get(f"{ADMIN}/audit")
async def search_audit(request: Request) -> Response:
    visit = here(request)
    found = await visit.use(service.SearchAuditEvents)(_asked(request), visit.actor)
    return _shown(request, found)


def _shown(request: Request, found: Any) -> Response:
    cursor = older(request, found.next_cursor)
    values = {"found": found, "older": cursor, "query": request.query_params}
    return here(request).page("audit.html", **values)


def _asked(request: Request) -> schemas.ListAuditEvents:
    told = in_utc(dict(request.query_params), "since", "until")
    return Posted.of(told.items()).command(schemas.ListAuditEvents)


def in_utc(told: Mapping[str, str], *names: str) -> dict[str, str]:
    """Take times as browsers write them, without a zone: here all of them are of UTC."""
    return {
        name: f"{one}Z" if name in names and one and not one.endswith("Z") else one
        for name, one in told.items()
    }
