from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.accounts import exceptions, models, schemas, service
from core.models import OrganizationId, Page, UserId
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations/{organization_id}/members", "members")

MEMBER = TENANT | problems.responses(exceptions.OrganizationNotFound, exceptions.MemberNotFound)


@router.get("", responses=TENANT | LISTED)
async def list_members(
    organization_id: OrganizationId,
    page: Annotated[schemas.ListMembers, Query()],
    actor: CurrentActor,
    list_members: Use[service.ListMembers],
) -> Page[models.Member]:
    return await list_members(page, actor)


@router.patch("/{user_id}", responses=MEMBER | problems.responses(exceptions.LastOwner))
async def change_member_role(
    organization_id: OrganizationId,
    user_id: UserId,
    body: schemas.MemberRole,
    actor: CurrentActor,
    change: Use[service.ChangeMemberRole],
) -> models.Membership:
    return await change(schemas.ChangeMemberRole(user_id=user_id, role=body.role), actor)


@router.delete(
    "/{user_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=MEMBER | problems.responses(exceptions.LastOwner),
)
async def remove_member(
    organization_id: OrganizationId,
    user_id: UserId,
    actor: CurrentActor,
    remove: Use[service.RemoveMember],
) -> None:
    await remove(schemas.UserReference(user_id=user_id), actor)
