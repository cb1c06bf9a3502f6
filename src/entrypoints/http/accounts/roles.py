from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.accounts.exceptions import OrganizationNotFound
from core.accounts.fields import RoleKey
from core.accounts.roles import exceptions, schemas, service
from core.exceptions import VersionMismatch
from core.models import OrganizationId, Page
from entrypoints.http import etags, problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.etags import ExpectedVersion
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations/{organization_id}/roles", "roles")
registry = make_router("/v1/permissions", "permissions")

ROLE = TENANT | problems.responses(OrganizationNotFound, exceptions.RoleNotFound)


@registry.get("", responses=UNKNOWN)
async def list_permissions(
    actor: CurrentActor, list_permissions: Use[service.ListPermissions]
) -> Page[schemas.PermissionView]:
    return await list_permissions(None, actor)


@router.get("", responses=TENANT | LISTED)
async def list_roles(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListRoles, Query()],
    actor: CurrentActor,
    list_roles: Use[service.ListRoles],
) -> Page[schemas.RoleView]:
    return await list_roles(query, actor)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | problems.responses(exceptions.RoleKeyTaken),
)
async def create_role(
    organization_id: OrganizationId,
    command: schemas.CreateRole,
    actor: CurrentActor,
    response: Response,
    create: Use[service.CreateRole],
) -> schemas.RoleView:
    role = await create(command, actor)
    etags.tag(response, role.version)
    return role


@router.get("/{role_key}", responses=ROLE)
async def get_role(
    organization_id: OrganizationId,
    role_key: RoleKey,
    actor: CurrentActor,
    response: Response,
    get: Use[service.GetRole],
) -> schemas.RoleView:
    role = await get(schemas.RoleReference(key=role_key), actor)
    etags.tag(response, role.version)
    return role


@router.patch(
    "/{role_key}", responses=ROLE | problems.responses(exceptions.RoleBuiltIn, VersionMismatch)
)
async def update_role(
    organization_id: OrganizationId,
    role_key: RoleKey,
    changes: schemas.RoleChanges,
    version: ExpectedVersion,
    actor: CurrentActor,
    response: Response,
    update: Use[service.UpdateRole],
) -> schemas.RoleView:
    command = schemas.UpdateRole(key=role_key, changes=changes, expected_version=version)
    role = await update(command, actor)
    etags.tag(response, role.version)
    return role


@router.delete(
    "/{role_key}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=ROLE | problems.responses(exceptions.RoleBuiltIn, exceptions.RoleInUse),
)
async def delete_role(
    organization_id: OrganizationId,
    role_key: RoleKey,
    actor: CurrentActor,
    delete: Use[service.DeleteRole],
) -> None:
    await delete(schemas.RoleReference(key=role_key), actor)
