import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from entrypoints.http.dependencies import application
from entrypoints.http.siblings import Siblings

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> Response:
    """Tell that the process answers."""
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Tell whether requests would be answered: the database is there, migrated and safe to use."""
    problems = await application(request).container.readiness().problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    body = {"status": "unready" if problems else "ok", "problems": problems}
    return Response(to_json(body), status, media_type="application/json")


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Tell numbers, as Prometheus reads them."""
    siblings: Siblings | None = request.app.state.siblings
    if siblings:
        body, media_type = await siblings.told()
    else:
        telemetry = application(request).container.telemetry()
        body, media_type = await asyncio.to_thread(telemetry.render_metrics)
    return Response(body, media_type=media_type)
