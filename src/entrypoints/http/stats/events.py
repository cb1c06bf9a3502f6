from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from core.exceptions import InvalidCursor, PermissionDenied, Unavailable
from core.models import OrganizationId, Page
from core.stats import exceptions, schemas, service
from core.stats.models import AnyName, EventId
from entrypoints.exchange import MEDIA, written
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.stats.bodies import DOCUMENTED, MediaTypeUnsupported, Told

router = make_router(
    "/v1/organizations/{organization_id}/events", "stats", route_class=OwnIdempotencyRoute
)


class ExportQuery(schemas.ExportEvents):
    format: Literal["ndjson", "csv"] = "ndjson"


@router.post(
    "",
    openapi_extra=DOCUMENTED,
    responses=TENANT
    | problems.responses(
        exceptions.NothingTaken, MediaTypeUnsupported, PermissionDenied, Unavailable
    ),
)
async def ingest_events(
    organization_id: OrganizationId,
    command: Told,
    actor: CurrentActor,
    ingest: Use[service.IngestEvents],
) -> schemas.IngestView:
    """Take events; the answer comes once they are kept for good.

    The same `id` and `time` count once, however often they are sent.
    """
    return await ingest(command, actor)


@router.get("", responses=TENANT | problems.responses(InvalidCursor))
async def list_stats_events(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListEvents, Query()],
    actor: CurrentActor,
    list_events: Use[service.ListStatsEvents],
) -> Page[schemas.EventView]:
    return await list_events(query, actor)


@router.delete(
    "", status_code=HTTPStatus.NO_CONTENT, responses=TENANT | problems.responses(PermissionDenied)
)
async def erase_subject(
    organization_id: OrganizationId,
    query: Annotated[schemas.EraseSubject, Query()],
    actor: CurrentActor,
    erase: Use[service.EraseSubject],
) -> Response:
    await erase(query, actor)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses=TENANT | {200: {"content": {media: {} for media in MEDIA.values()}}},
)
async def export_events(
    organization_id: OrganizationId,
    query: Annotated[ExportQuery, Query()],
    actor: CurrentActor,
    export: Use[service.ExportEvents],
) -> StreamingResponse:
    """Hand out events as lines that can be taken again."""
    pages = await export(query, actor)

    async def lines() -> AsyncIterator[str]:
        first = True
        async for page in pages:
            yield written(page, query.format, header=first)
            first = False

    return StreamingResponse(lines(), media_type=MEDIA[query.format])


@router.get("/names", responses=TENANT)
async def list_event_names(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListNames, Query()],
    actor: CurrentActor,
    names: Use[service.ListNames],
) -> schemas.NamesView:
    """List what kinds of events there are; they are counted in the last 30 days, or as asked."""
    return await names(query, actor)


@router.get("/names/{event_name}/props", responses=TENANT)
async def list_event_props(
    organization_id: OrganizationId,
    event_name: AnyName,
    actor: CurrentActor,
    props: Use[service.ListProps],
) -> schemas.PropsView:
    """List the properties of the newest thousand events of a name."""
    return await props(schemas.NameReference(name=event_name), actor)


@router.get(
    "/{stats_event_id}", responses=TENANT | problems.responses(exceptions.StatsEventNotFound)
)
async def get_stats_event(
    organization_id: OrganizationId,
    stats_event_id: EventId,
    time: AwareDatetime,
    actor: CurrentActor,
    get: Use[service.GetStatsEvent],
) -> schemas.EventView:
    return await get(schemas.EventReference(event_id=stats_event_id, time=time), actor)
