from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.exceptions import PermissionDenied, ValidationFailed, VersionMismatch
from core.models import OrganizationId, Page
from core.stats import exceptions, schemas, service
from core.stats.reports import DashboardId
from entrypoints.http import etags, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router

PREFIX = "/v1/organizations/{organization_id}/dashboards"

router = make_router(PREFIX, "stats")
running = make_router(PREFIX, "stats", route_class=OwnIdempotencyRoute)

DASHBOARD = TENANT | problems.responses(exceptions.DashboardNotFound)
CHANGED = DASHBOARD | problems.responses(PermissionDenied, VersionMismatch)
SOUND = problems.responses(ValidationFailed)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | SOUND | problems.responses(exceptions.TooManyDashboards, PermissionDenied),
)
async def create_dashboard(
    organization_id: OrganizationId,
    command: schemas.CreateDashboard,
    actor: CurrentActor,
    create: Use[service.CreateDashboard],
    response: Response,
) -> schemas.DashboardView:
    """Put reports together that are looked at together, in this order."""
    made = await create(command, actor)
    etags.tag(response, made.version)
    return made


@router.get("", responses=TENANT | LISTED)
async def list_dashboards(
    organization_id: OrganizationId,
    page: Annotated[schemas.ListDashboards, Query()],
    actor: CurrentActor,
    list_dashboards: Use[service.ListDashboards],
) -> Page[schemas.DashboardView]:
    return await list_dashboards(page, actor)


@router.get("/{dashboard_id}", responses=DASHBOARD)
async def get_dashboard(
    organization_id: OrganizationId,
    dashboard_id: DashboardId,
    actor: CurrentActor,
    get: Use[service.GetDashboard],
    response: Response,
) -> schemas.DashboardView:
    found = await get(schemas.DashboardReference(dashboard_id=dashboard_id), actor)
    etags.tag(response, found.version)
    return found


@router.patch("/{dashboard_id}", responses=CHANGED | SOUND)
async def update_dashboard(
    organization_id: OrganizationId,
    dashboard_id: DashboardId,
    change: schemas.DashboardChange,
    version: ExpectedVersion,
    actor: CurrentActor,
    update: Use[service.UpdateDashboard],
    response: Response,
) -> schemas.DashboardView:
    """Change a dashboard; `report_ids` is replaced as a whole."""
    command = schemas.UpdateDashboard(
        dashboard_id=dashboard_id, expected_version=version, **dict(change)
    )
    changed = await update(command, actor)
    etags.tag(response, changed.version)
    return changed


@router.delete("/{dashboard_id}", status_code=HTTPStatus.NO_CONTENT, responses=CHANGED)
async def delete_dashboard(
    organization_id: OrganizationId,
    dashboard_id: DashboardId,
    version: ExpectedVersion,
    actor: CurrentActor,
    delete: Use[service.DeleteDashboard],
) -> None:
    """Forget a dashboard; its reports stay."""
    command = schemas.DeleteDashboard(dashboard_id=dashboard_id, expected_version=version)
    await delete(command, actor)


@running.post("/{dashboard_id}/run", responses=DASHBOARD)
async def run_dashboard(
    organization_id: OrganizationId,
    dashboard_id: DashboardId,
    asked: Annotated[schemas.Aged, Query()],
    actor: CurrentActor,
    run: Use[service.RunDashboard],
) -> schemas.DashboardRun:
    """Ask all that is on a dashboard; what can't be told is a `problem` in its place.

    With `max_age` what was counted at most so many seconds ago is told again, if there is any;
    `computed_at` of each result says when that was.
    """
    return await run(schemas.RunDashboard(dashboard_id=dashboard_id, max_age=asked.max_age), actor)
