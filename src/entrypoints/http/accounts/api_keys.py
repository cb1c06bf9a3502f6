from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request

from core.accounts.api_keys import exceptions, schemas, service
from core.accounts.api_keys.models import ApiKeyId
from core.accounts.exceptions import (
    OrganizationNotFound,
    ReauthenticationRequired,
    SsoRequired,
)
from core.exceptions import PermissionDenied
from core.models import OrganizationId, Page
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use, asking_in
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations/{organization_id}/api-keys", "api_keys")
introspection = make_router("/v1/auth", "auth")


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | problems.responses(PermissionDenied, SsoRequired, ReauthenticationRequired),
)
async def create_api_key(
    organization_id: OrganizationId,
    command: schemas.CreateApiKey,
    actor: CurrentActor,
    create: Use[service.CreateApiKey],
) -> schemas.NewApiKey:
    return await create(command, actor)


@router.get("", responses=TENANT | LISTED)
async def list_api_keys(
    organization_id: OrganizationId,
    page: Annotated[schemas.ListApiKeys, Query()],
    actor: CurrentActor,
    list_api_keys: Use[service.ListApiKeys],
) -> Page[schemas.ApiKeyView]:
    return await list_api_keys(page, actor)


@router.delete(
    "/{api_key_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=TENANT | problems.responses(OrganizationNotFound, exceptions.ApiKeyNotFound),
)
async def revoke_api_key(
    organization_id: OrganizationId,
    api_key_id: ApiKeyId,
    actor: CurrentActor,
    revoke: Use[service.RevokeApiKey],
) -> None:
    await revoke(schemas.ApiKeyReference(key_id=api_key_id), actor)


@introspection.post("/introspect", responses=TENANT, response_model_exclude_none=True)
async def introspect(
    request: Request,
    command: schemas.Introspect,
    actor: CurrentActor,
    introspect: Use[service.Introspect],
) -> schemas.Introspection:
    return await introspect(command, await asking_in(request, actor, command.organization_id))
