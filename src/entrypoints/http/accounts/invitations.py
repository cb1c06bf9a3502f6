from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.accounts import exceptions, models, schemas, service
from core.accounts.models import InvitationId
from core.exceptions import PermissionDenied, RateLimited
from core.models import OrganizationId, Page
from entrypoints.http import problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.accounts.organizations import TENANT
from entrypoints.http.dependencies import CurrentActor, Origin, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/organizations/{organization_id}/invitations", "invitations")
answers = make_router("/v1/invitations", "invitations")

INVITATION = UNKNOWN | problems.responses(
    exceptions.OrganizationNotFound,
    exceptions.InvitationNotFound,
    PermissionDenied,
    exceptions.InvitationNotPending,
)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=TENANT
    | problems.responses(exceptions.AlreadyMember, exceptions.AlreadyInvited, RateLimited),
)
async def invite_member(
    organization_id: OrganizationId,
    command: schemas.InviteMember,
    actor: CurrentActor,
    invite: Use[service.InviteMember],
) -> models.Invitation:
    return await invite(command, actor)


@router.get("", responses=TENANT | LISTED)
async def list_invitations(
    organization_id: OrganizationId,
    page: Annotated[schemas.ListInvitations, Query()],
    actor: CurrentActor,
    list_invitations: Use[service.ListInvitations],
) -> Page[models.Invitation]:
    return await list_invitations(page, actor)


@router.delete("/{invitation_id}", status_code=HTTPStatus.NO_CONTENT, responses=INVITATION)
async def revoke_invitation(
    organization_id: OrganizationId,
    invitation_id: InvitationId,
    actor: CurrentActor,
    revoke: Use[service.RevokeInvitation],
) -> None:
    await revoke(schemas.InvitationReference(invitation_id=invitation_id), actor)


@router.post("/{invitation_id}/resend", responses=INVITATION | problems.responses(RateLimited))
async def resend_invitation(
    organization_id: OrganizationId,
    invitation_id: InvitationId,
    actor: CurrentActor,
    resend: Use[service.ResendInvitation],
) -> models.Invitation:
    return await resend(schemas.InvitationReference(invitation_id=invitation_id), actor)


@answers.post(
    "/accept",
    responses=UNKNOWN
    | problems.responses(
        exceptions.TokenInvalidOrExpired,
        exceptions.InvitationNotYours,
        exceptions.EmailNotVerified,
        exceptions.InvitationNotPending,
        exceptions.AlreadyMember,
    ),
)
async def accept_invitation(
    command: schemas.AnswerInvitation,
    actor: CurrentActor,
    accept: Use[service.AcceptInvitation],
) -> models.OrganizationOfUser:
    return await accept(command, actor)


@answers.post(
    "/decline",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(exceptions.TokenInvalidOrExpired, exceptions.InvitationNotPending),
)
async def decline_invitation(
    command: schemas.AnswerInvitation, actor: Origin, decline: Use[service.DeclineInvitation]
) -> None:
    await decline(command, actor)


@answers.get(
    "/preview",
    responses=problems.responses(
        exceptions.TokenInvalidOrExpired, exceptions.InvitationNotPending, RateLimited
    ),
)
async def preview_invitation(
    query: Annotated[schemas.AnswerInvitation, Query()],
    actor: Origin,
    preview: Use[service.PreviewInvitation],
) -> schemas.InvitationPreview:
    return await preview(query, actor)
