from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response
from pydantic import AwareDatetime

from core.exceptions import InvalidCursor, PermissionDenied
from core.models import OrganizationId, Page
from core.stats import exceptions, schemas, service
from core.stats.models import EventId
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

PREFIX = "/v1/organizations/{organization_id}"

events = make_router(f"{PREFIX}/events", "stats")
stats = make_router(f"{PREFIX}/stats", "stats")
meters = make_router(f"{PREFIX}/meters", "stats")

ASKED = TENANT | problems.responses(exceptions.UnknownZone, exceptions.QueryTooExpensive)
METER = TENANT | problems.responses(exceptions.MeterNotFound, PermissionDenied)


@events.post(
    "",
    responses=TENANT
    | problems.responses(exceptions.NothingTaken, exceptions.EventOutOfRange, PermissionDenied),
)
async def ingest_events(
    organization_id: OrganizationId,
    command: schemas.Ingest,
    actor: CurrentActor,
    ingest: Use[service.IngestEvents],
) -> schemas.IngestView:
    return await ingest(command, actor)


@events.get("", responses=TENANT | problems.responses(InvalidCursor))
async def list_stats_events(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListEvents, Query()],
    actor: CurrentActor,
    list_events: Use[service.ListStatsEvents],
) -> Page[schemas.EventView]:
    return await list_events(query, actor)


@events.delete(
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


@events.get("/names", responses=TENANT)
async def list_event_names(
    organization_id: OrganizationId,
    actor: CurrentActor,
    names: Use[service.ListNames],
) -> schemas.NamesView:
    return await names(None, actor)


@events.get(
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


@stats.post("/query", responses=ASKED)
async def query_stats(
    organization_id: OrganizationId,
    query: schemas.Query,
    actor: CurrentActor,
    ask: Use[service.QueryStats],
) -> schemas.Chart:
    return schemas.Chart.of(await ask(query, actor))


@meters.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT
    | problems.responses(exceptions.MeterTaken, exceptions.TooManyMeters, PermissionDenied),
)
async def create_meter(
    organization_id: OrganizationId,
    command: schemas.CreateMeter,
    actor: CurrentActor,
    create: Use[service.CreateMeter],
) -> schemas.MeterView:
    return await create(command, actor)


@meters.get("", responses=TENANT)
async def list_meters(
    organization_id: OrganizationId,
    actor: CurrentActor,
    list_meters: Use[service.ListMeters],
) -> schemas.MetersView:
    return await list_meters(None, actor)


@meters.delete("/{meter_slug}", status_code=HTTPStatus.NO_CONTENT, responses=METER)
async def delete_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    actor: CurrentActor,
    delete: Use[service.DeleteMeter],
) -> None:
    await delete(schemas.MeterReference(slug=meter_slug), actor)


@meters.get("/{meter_slug}/usage", responses=ASKED | METER)
async def query_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    query: Annotated[schemas.MeterRange, Query()],
    actor: CurrentActor,
    ask: Use[service.QueryMeter],
) -> schemas.Answer:
    asked = schemas.MeterUsage(slug=meter_slug, **query.model_dump(by_alias=True))
    return await ask(asked, actor)
