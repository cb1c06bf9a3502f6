from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.exceptions import PermissionDenied
from core.models import OrganizationId, Page
from core.stats import exceptions, schemas, service
from core.stats.models import AlertId
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations/{organization_id}/alerts", "stats")


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT
    | problems.responses(
        exceptions.MeterNotFound,
        exceptions.Unmetered,
        exceptions.TooManyAlerts,
        exceptions.UnknownZone,
        PermissionDenied,
    ),
)
async def create_alert(
    organization_id: OrganizationId,
    command: schemas.CreateAlert,
    actor: CurrentActor,
    create: Use[service.CreateAlert],
) -> schemas.AlertView:
    """Be told when a meter goes above or below a number in the running hour, day, week or month.

    `stats.alert_fired` and `stats.alert_resolved` go to webhook endpoints, once each.
    """
    return await create(command, actor)


@router.get("", responses=TENANT | LISTED)
async def list_alerts(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListAlerts, Query()],
    actor: CurrentActor,
    list_alerts: Use[service.ListAlerts],
) -> Page[schemas.AlertView]:
    return await list_alerts(query, actor)


@router.delete(
    "/{alert_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=TENANT | problems.responses(exceptions.AlertNotFound, PermissionDenied),
)
async def delete_alert(
    organization_id: OrganizationId,
    alert_id: AlertId,
    actor: CurrentActor,
    delete: Use[service.DeleteAlert],
) -> None:
    await delete(schemas.AlertReference(alert_id=alert_id), actor)
