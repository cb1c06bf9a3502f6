from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.exceptions import PermissionDenied, ValidationFailed, VersionMismatch
from core.models import OrganizationId, Page
from core.stats import exceptions, schemas, service
from core.stats.reports import ReportId
from entrypoints.http import etags, problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router
from entrypoints.http.stats import charts
from entrypoints.http.stats.asking import ASKED

PREFIX = "/v1/organizations/{organization_id}/reports"

router = make_router(PREFIX, "stats")
running = make_router(PREFIX, "stats", route_class=OwnIdempotencyRoute)


class ChartQuery(schemas.Size, schemas.Aged):
    """How large a chart is, and how long ago its numbers may have been counted."""


REPORT = TENANT | problems.responses(exceptions.ReportNotFound)
CHANGED = REPORT | problems.responses(PermissionDenied, VersionMismatch)
SOUND = problems.responses(
    ValidationFailed,
    exceptions.UnknownZone,
    exceptions.QueryTooExpensive,
    exceptions.Unmetered,
)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | SOUND | problems.responses(exceptions.TooManyReports, PermissionDenied),
)
async def create_report(
    organization_id: OrganizationId,
    command: schemas.CreateReport,
    actor: CurrentActor,
    create: Use[service.CreateReport],
    response: Response,
) -> schemas.ReportView:
    """Keep something that is asked again and again; what could not be asked is refused."""
    made = await create(command, actor)
    etags.tag(response, made.version)
    return made


@router.get("", responses=TENANT | LISTED)
async def list_reports(
    organization_id: OrganizationId,
    page: Annotated[schemas.ListReports, Query()],
    actor: CurrentActor,
    list_reports: Use[service.ListReports],
) -> Page[schemas.ReportView]:
    return await list_reports(page, actor)


@router.get("/{report_id}", responses=REPORT)
async def get_report(
    organization_id: OrganizationId,
    report_id: ReportId,
    actor: CurrentActor,
    get: Use[service.GetReport],
    response: Response,
) -> schemas.ReportView:
    found = await get(schemas.ReportReference(report_id=report_id), actor)
    etags.tag(response, found.version)
    return found


@router.patch("/{report_id}", responses=CHANGED | SOUND)
async def update_report(
    organization_id: OrganizationId,
    report_id: ReportId,
    change: schemas.ReportChange,
    version: ExpectedVersion,
    actor: CurrentActor,
    update: Use[service.UpdateReport],
    response: Response,
) -> schemas.ReportView:
    """Change a report; `query` and `range` are replaced as a whole."""
    command = schemas.UpdateReport(report_id=report_id, expected_version=version, **dict(change))
    changed = await update(command, actor)
    etags.tag(response, changed.version)
    return changed


@router.delete("/{report_id}", status_code=HTTPStatus.NO_CONTENT, responses=CHANGED)
async def delete_report(
    organization_id: OrganizationId,
    report_id: ReportId,
    version: ExpectedVersion,
    actor: CurrentActor,
    delete: Use[service.DeleteReport],
) -> None:
    """Forget a report, and take it off the dashboards that it is on."""
    await delete(schemas.DeleteReport(report_id=report_id, expected_version=version), actor)


@running.post(
    "/{report_id}/run",
    responses=ASKED | REPORT | problems.responses(exceptions.MeterBuilding, exceptions.Unmetered),
)
async def run_report(
    organization_id: OrganizationId,
    report_id: ReportId,
    asked: Annotated[schemas.Aged, Query()],
    actor: CurrentActor,
    run: Use[service.RunReport],
) -> schemas.Result:
    """Ask what a report asks, of now: the same as the query gives, and its `kind`.

    With `max_age` what was counted at most so many seconds ago is told again, if there is any;
    `computed_at` says when that was.
    """
    return await run(schemas.RunReport(report_id=report_id, max_age=asked.max_age), actor)


@running.get(
    "/{report_id}/chart.svg",
    response_class=Response,
    responses=charts.DRAWN
    | ASKED
    | REPORT
    | problems.responses(exceptions.MeterBuilding, exceptions.Unmetered, exceptions.NotDrawable),
)
async def draw_report(
    organization_id: OrganizationId,
    report_id: ReportId,
    asked: Annotated[ChartQuery, Query()],
    actor: CurrentActor,
    draw: Use[service.DrawReport],
) -> Response:
    """Draw what a report says now, or said at most `max_age` seconds ago, as SVG that nothing runs
    in."""
    size = schemas.Size(width=asked.width, height=asked.height)
    query = schemas.DrawReport(report_id=report_id, size=size, max_age=asked.max_age)
    return charts.answer(await draw(query, actor))
