from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from core.accounts import exceptions, models, schemas, service
from core.accounts.api_keys.exceptions import ApiKeySuspended
from core.exceptions import (
    AuthenticationRequired,
    PermissionDenied,
    RateLimited,
    VersionMismatch,
)
from core.models import Page, SessionId
from entrypoints.http import problems
from entrypoints.http.dependencies import CurrentActor, CurrentPrincipal, Origin, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/me", "me")

UNKNOWN = problems.responses(
    AuthenticationRequired,
    exceptions.TokenInvalid,
    exceptions.TokenExpired,
    exceptions.SessionRevoked,
    ApiKeySuspended,
    PermissionDenied,
)


@router.get("", responses=UNKNOWN)
async def get_me(principal: CurrentPrincipal) -> schemas.UserView:
    """Look at oneself."""
    principal.actor.require_user()
    return schemas.UserView.of(principal.person)


@router.patch("", responses=UNKNOWN | problems.responses(VersionMismatch))
async def update_me(
    command: schemas.UpdateMe, actor: CurrentActor, update: Use[service.UpdateMe]
) -> schemas.UserView:
    return await update(command, actor)


@router.post(
    "/password",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(
        AuthenticationRequired,
        exceptions.SessionRevoked,
        exceptions.InvalidCredentials,
        exceptions.WeakPassword,
        RateLimited,
    ),
)
async def change_password(
    command: schemas.ChangePassword, actor: CurrentActor, change: Use[service.ChangePassword]
) -> None:
    await change(command, actor)


@router.post(
    "/email",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems.responses(
        AuthenticationRequired,
        exceptions.SessionRevoked,
        exceptions.InvalidCredentials,
        exceptions.ReauthenticationRequired,
        PermissionDenied,
        RateLimited,
    ),
)
async def request_email_change(
    command: schemas.RequestEmailChange,
    actor: CurrentActor,
    request: Use[service.RequestEmailChange],
) -> schemas.Accepted:
    await request(command, actor)
    return schemas.Accepted()


@router.post(
    "/email/confirm",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(
        exceptions.TokenInvalidOrExpired, exceptions.EmailTaken, VersionMismatch, RateLimited
    ),
)
async def confirm_email_change(
    command: schemas.ConfirmEmailChange, actor: Origin, confirm: Use[service.ConfirmEmailChange]
) -> None:
    await confirm(command, actor)


@router.get("/sessions", responses=UNKNOWN | LISTED)
async def list_sessions(
    query: Annotated[schemas.ListSessions, Query()],
    actor: CurrentActor,
    list_sessions: Use[service.ListSessions],
) -> Page[schemas.SessionView]:
    return await list_sessions(query, actor)


@router.delete(
    "/sessions",
    status_code=HTTPStatus.NO_CONTENT,
    responses=UNKNOWN | problems.responses(PermissionDenied, exceptions.ReauthenticationRequired),
)
async def revoke_other_sessions(
    actor: CurrentActor, revoke: Use[service.RevokeOtherSessions]
) -> None:
    await revoke(None, actor)


@router.delete(
    "/sessions/{session_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=UNKNOWN
    | problems.responses(
        PermissionDenied, exceptions.ReauthenticationRequired, exceptions.SessionNotFound
    ),
)
async def revoke_session(
    session_id: SessionId, actor: CurrentActor, revoke: Use[service.RevokeSession]
) -> None:
    await revoke(schemas.RevokeSession(session_id=session_id), actor)


@router.get("/organizations", responses=UNKNOWN | LISTED)
async def list_my_organizations(
    page: Annotated[schemas.ListMyOrganizations, Query()],
    actor: CurrentActor,
    list_organizations: Use[service.ListMyOrganizations],
) -> Page[models.OrganizationOfUser]:
    return await list_organizations(page, actor)


@router.get(
    "/invitations", responses=UNKNOWN | LISTED | problems.responses(exceptions.EmailNotVerified)
)
async def list_my_invitations(
    query: Annotated[schemas.ListMyInvitations, Query()],
    actor: CurrentActor,
    list_invitations: Use[service.ListMyInvitations],
) -> Page[models.InvitationOfUser]:
    return await list_invitations(query, actor)
