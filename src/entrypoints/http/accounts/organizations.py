from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.accounts import exceptions, models, schemas, service
from core.audit import AuditEvent
from core.exceptions import (
    PermissionDenied,
    SecondFactorRequired,
    VersionMismatch,
)
from core.models import OrganizationId, Page
from entrypoints.http import etags, problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations", "organizations")

TENANT = UNKNOWN | problems.responses(
    *(exceptions.OrganizationNotFound, PermissionDenied),
    *(exceptions.SsoRequired, SecondFactorRequired),
)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN | problems.responses(exceptions.SlugTaken),
)
async def create_organization(
    command: schemas.CreateOrganization,
    actor: CurrentActor,
    response: Response,
    create: Use[service.CreateOrganization],
) -> models.OrganizationOfUser:
    organization = await create(command, actor)
    etags.tag(response, organization.version)
    return organization


@router.get("/{organization_id}", responses=TENANT)
async def get_organization(
    organization_id: OrganizationId,
    actor: CurrentActor,
    response: Response,
    get: Use[service.GetOrganization],
) -> models.OrganizationOfUser:
    organization = await get(None, actor)
    etags.tag(response, organization.version)
    return organization


@router.patch(
    "/{organization_id}",
    responses=TENANT | problems.responses(exceptions.SlugTaken, VersionMismatch),
)
async def update_organization(
    organization_id: OrganizationId,
    changes: schemas.OrganizationChanges,
    version: ExpectedVersion,
    actor: CurrentActor,
    response: Response,
    update: Use[service.UpdateOrganization],
) -> models.OrganizationOfUser:
    command = schemas.UpdateOrganization(changes=changes, expected_version=version)
    organization = await update(command, actor)
    etags.tag(response, organization.version)
    return organization


@router.post(
    "/{organization_id}/leave",
    status_code=HTTPStatus.NO_CONTENT,
    responses=TENANT | problems.responses(exceptions.LastOwner),
)
async def leave_organization(
    organization_id: OrganizationId, actor: CurrentActor, leave: Use[service.LeaveOrganization]
) -> None:
    await leave(None, actor)


@router.post(
    "/{organization_id}/transfer-ownership",
    status_code=HTTPStatus.NO_CONTENT,
    responses=UNKNOWN
    | problems.responses(
        exceptions.OrganizationNotFound,
        exceptions.MemberNotFound,
        PermissionDenied,
        exceptions.ReauthenticationRequired,
    ),
)
async def transfer_ownership(
    organization_id: OrganizationId,
    command: schemas.UserReference,
    actor: CurrentActor,
    transfer: Use[service.TransferOwnership],
) -> None:
    await transfer(command, actor)


@router.get("/{organization_id}/audit-events", responses=TENANT | LISTED)
async def list_audit_events(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListAuditEvents, Query()],
    actor: CurrentActor,
    list_events: Use[service.ListAuditEvents],
) -> Page[AuditEvent]:
    return await list_events(query, actor)
