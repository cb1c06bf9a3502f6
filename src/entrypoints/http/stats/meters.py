from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.exceptions import PermissionDenied, VersionMismatch
from core.models import OrganizationId, Page
from core.stats import exceptions, schemas, service
from entrypoints.http import etags, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router
from entrypoints.http.stats.asking import ASKED

router = make_router("/v1/organizations/{organization_id}/meters", "stats")

METER = TENANT | problems.responses(exceptions.MeterNotFound)
CHANGED = METER | problems.responses(PermissionDenied, VersionMismatch)


@router.post(
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
    response: Response,
) -> schemas.MeterView:
    """Add something up from now on; what was before is added within moments."""
    made = await create(command, actor)
    etags.tag(response, made.version)
    return made


@router.get("", responses=TENANT | LISTED)
async def list_meters(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListMeters, Query()],
    actor: CurrentActor,
    list_meters: Use[service.ListMeters],
) -> Page[schemas.MeterView]:
    return await list_meters(query, actor)


@router.get("/{meter_slug}", responses=METER)
async def get_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    actor: CurrentActor,
    get: Use[service.GetMeter],
    response: Response,
) -> schemas.MeterView:
    found = await get(schemas.MeterReference(slug=meter_slug), actor)
    etags.tag(response, found.version)
    return found


@router.patch("/{meter_slug}", responses=CHANGED)
async def update_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    change: schemas.MeterChange,
    version: ExpectedVersion,
    actor: CurrentActor,
    update: Use[service.UpdateMeter],
    response: Response,
) -> schemas.MeterView:
    """Change a meter; other dimensions or another filter have it add up all anew."""
    told = change.model_dump(exclude_unset=True)
    command = schemas.UpdateMeter(slug=meter_slug, expected_version=version, **told)
    changed = await update(command, actor)
    etags.tag(response, changed.version)
    return changed


@router.delete("/{meter_slug}", status_code=HTTPStatus.NO_CONTENT, responses=CHANGED)
async def delete_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    version: ExpectedVersion,
    actor: CurrentActor,
    delete: Use[service.DeleteMeter],
) -> None:
    await delete(schemas.DeleteMeter(slug=meter_slug, expected_version=version), actor)


@router.post("/{meter_slug}/backfill", status_code=HTTPStatus.ACCEPTED, responses=CHANGED)
async def backfill_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    actor: CurrentActor,
    backfill: Use[service.BackfillMeter],
) -> schemas.MeterView:
    """Have a meter forget what it added up, and add all up again."""
    return await backfill(schemas.MeterReference(slug=meter_slug), actor)


@router.get(
    "/{meter_slug}/usage",
    responses=ASKED | METER | problems.responses(exceptions.MeterBuilding, exceptions.Unmetered),
)
async def query_meter(
    organization_id: OrganizationId,
    meter_slug: schemas.Slug,
    query: Annotated[schemas.MeterRange, Query()],
    actor: CurrentActor,
    ask: Use[service.QueryMeter],
) -> schemas.Answer:
    """See what a meter added up, as decimals."""
    asked = schemas.MeterUsage(slug=meter_slug, **query.model_dump(by_alias=True))
    return await ask(asked, actor)
