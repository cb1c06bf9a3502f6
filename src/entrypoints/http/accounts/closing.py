"""The end of an organization, and the way back from it."""

from http import HTTPStatus

from core.accounts import exceptions, models
from core.accounts.closing import schemas, service
from core.accounts.closing.exceptions import OrganizationNotPendingDeletion
from core.exceptions import PermissionDenied, SecondFactorRequired
from core.models import OrganizationId
from entrypoints.http import problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

organization = make_router("/v1/organizations/{organization_id}", "organizations")
mine = make_router("/v1/me/organizations/{found_id}/restore", "me")
admin = make_router("/v1/admin/organizations/{found_id}", "admin")

FRESH = problems.responses(exceptions.ReauthenticationRequired)
FOUND = UNKNOWN | problems.responses(
    PermissionDenied, SecondFactorRequired, exceptions.OrganizationNotFound
)
PENDING = problems.responses(OrganizationNotPendingDeletion)


@organization.delete("", status_code=HTTPStatus.ACCEPTED, responses=TENANT | FRESH)
async def delete_organization(
    organization_id: OrganizationId, actor: CurrentActor, delete: Use[service.DeleteOrganization]
) -> schemas.PendingOrganizationDeletion:
    return await delete(schemas.DeleteOrganization(), actor)


@mine.post("", responses=FOUND | FRESH | PENDING)
async def restore_my_organization(
    found_id: OrganizationId, actor: CurrentActor, restore: Use[service.RestoreOrganization]
) -> models.Organization:
    command = schemas.RestoreOrganization(organization_id=found_id, mine=True)
    return await restore(command, actor)


@admin.delete("", status_code=HTTPStatus.ACCEPTED, responses=FOUND)
async def delete_any_organization(
    found_id: OrganizationId, actor: CurrentActor, delete: Use[service.DeleteOrganization]
) -> schemas.PendingOrganizationDeletion:
    return await delete(schemas.DeleteOrganization(organization_id=found_id), actor)


@admin.post("/restore", responses=FOUND | PENDING)
async def restore_any_organization(
    found_id: OrganizationId, actor: CurrentActor, restore: Use[service.RestoreOrganization]
) -> models.Organization:
    return await restore(schemas.RestoreOrganization(organization_id=found_id), actor)
