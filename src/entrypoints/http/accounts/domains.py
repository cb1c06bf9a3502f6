from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.accounts import exceptions as accounts
from core.accounts.sso import exceptions, schemas
from core.accounts.sso import service as sso
from core.accounts.sso.models import DomainId
from core.exceptions import PermissionDenied, RateLimited, SecondFactorRequired, Unavailable
from core.models import OrganizationId, Page
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations/{organization_id}/domains", "sso")
enforcement = make_router("/v1/organizations/{organization_id}/sso-enforcement", "sso")

MISSING = problems.responses(accounts.OrganizationNotFound, exceptions.DomainNotFound)


@router.get("", responses=TENANT | LISTED)
async def list_domains(
    organization_id: OrganizationId,
    query: Annotated[schemas.ListDomains, Query()],
    actor: CurrentActor,
    list_domains: Use[sso.ListDomains],
) -> Page[schemas.DomainView]:
    return await list_domains(query, actor)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT | problems.responses(exceptions.DomainTaken, exceptions.PublicMailDomain),
)
async def add_domain(
    organization_id: OrganizationId,
    command: schemas.AddDomain,
    actor: CurrentActor,
    add: Use[sso.AddDomain],
) -> schemas.DomainView:
    return await add(command, actor)


@router.post(
    "/{domain_id}/verify",
    responses=TENANT
    | MISSING
    | problems.responses(
        exceptions.DomainUnproven, exceptions.DomainTaken, RateLimited, Unavailable
    ),
)
async def verify_domain(
    organization_id: OrganizationId,
    domain_id: DomainId,
    actor: CurrentActor,
    verify: Use[sso.VerifyDomain],
) -> schemas.DomainView:
    return await verify(schemas.DomainReference(domain_id=domain_id), actor)


@router.delete("/{domain_id}", status_code=HTTPStatus.NO_CONTENT, responses=TENANT | MISSING)
async def remove_domain(
    organization_id: OrganizationId,
    domain_id: DomainId,
    actor: CurrentActor,
    remove: Use[sso.RemoveDomain],
) -> None:
    await remove(schemas.DomainReference(domain_id=domain_id), actor)


@enforcement.put(
    "",
    status_code=HTTPStatus.NO_CONTENT,
    responses=TENANT
    | problems.responses(
        PermissionDenied,
        SecondFactorRequired,
        accounts.ReauthenticationRequired,
        exceptions.SsoSessionRequired,
        exceptions.LastConnection,
    ),
)
async def set_enforcement(
    organization_id: OrganizationId,
    command: schemas.SetSsoEnforcement,
    actor: CurrentActor,
    set_enforcement: Use[sso.SetSsoEnforcement],
) -> None:
    await set_enforcement(command, actor)
