"""The operator's plane: people, organizations, keys and the whole audit log."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from core.accounts import exceptions, models, schemas, service
from core.accounts.mfa import service as mfa
from core.accounts.mfa.exceptions import TotpNotEnabled
from core.accounts.privacy import service as privacy
from core.accounts.privacy.exceptions import NotPendingDeletion
from core.accounts.privacy.schemas import PendingDeletion
from core.audit import AuditEvent
from core.exceptions import PermissionDenied, SecondFactorRequired
from core.models import OrganizationId, Page, SessionId, UserId
from entrypoints.http import etags, problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/admin", "admin")

OPERATOR = UNKNOWN | problems.responses(PermissionDenied, SecondFactorRequired)
USER = OPERATOR | problems.responses(exceptions.UserNotFound)


@router.get("/users", responses=OPERATOR | LISTED)
async def list_users(
    query: Annotated[schemas.ListUsers, Query()],
    actor: CurrentActor,
    list_users: Use[service.ListUsers],
) -> Page[schemas.UserView]:
    return await list_users(query, actor)


@router.post(
    "/users",
    status_code=HTTPStatus.CREATED,
    responses=OPERATOR | problems.responses(exceptions.EmailTaken),
)
async def create_user(
    command: schemas.CreateUser, actor: CurrentActor, create: Use[service.CreateUser]
) -> schemas.PasswordLink:
    return await create(command, actor)


@router.get("/users/{user_id}", responses=USER)
async def get_user(
    user_id: UserId, actor: CurrentActor, get: Use[service.GetUser]
) -> schemas.UserView:
    return await get(schemas.FindUser(user_id=user_id), actor)


@router.post(
    "/users/{user_id}/suspend",
    responses=USER | problems.responses(exceptions.LastOwner, exceptions.AccountPendingDeletion),
)
async def suspend_user(
    user_id: UserId, actor: CurrentActor, set_status: Use[service.SetUserStatus]
) -> schemas.UserView:
    return await set_status(schemas.UserStanding(user_id=user_id, status="suspended"), actor)


@router.post(
    "/users/{user_id}/reactivate",
    responses=USER | problems.responses(exceptions.AccountPendingDeletion),
)
async def reactivate_user(
    user_id: UserId, actor: CurrentActor, set_status: Use[service.SetUserStatus]
) -> schemas.UserView:
    return await set_status(schemas.UserStanding(user_id=user_id, status="active"), actor)


@router.put("/users/{user_id}/platform-role", responses=USER)
async def grant_platform_role(
    user_id: UserId,
    body: schemas.PlatformRoleChoice,
    actor: CurrentActor,
    grant: Use[service.GrantPlatformRole],
) -> schemas.UserView:
    command = schemas.GrantPlatformRole(user_id=user_id, platform_role=body.platform_role)
    return await grant(command, actor)


@router.post("/users/{user_id}/password-reset", responses=USER)
async def send_password_link(
    user_id: UserId, actor: CurrentActor, send: Use[service.SendPasswordLink]
) -> schemas.UserView:
    """Mail somebody a link to choose a password; whoever asks for it does not see it (6.4.6)."""
    sent = await send(schemas.UserReference(user_id=user_id), actor)
    return sent.user


@router.post(
    "/users/{user_id}/mfa-reset",
    status_code=HTTPStatus.NO_CONTENT,
    responses=USER | problems.responses(TotpNotEnabled),
)
async def reset_user_mfa(
    user_id: UserId, actor: CurrentActor, reset: Use[mfa.ResetUserMfa]
) -> None:
    await reset(schemas.UserReference(user_id=user_id), actor)


@router.delete(
    "/users/{user_id}",
    status_code=HTTPStatus.ACCEPTED,
    responses=USER | problems.responses(exceptions.LastOwner),
)
async def delete_user(
    user_id: UserId, actor: CurrentActor, delete: Use[privacy.DeleteUser]
) -> PendingDeletion:
    return await delete(schemas.UserReference(user_id=user_id), actor)


@router.post("/users/{user_id}/restore", responses=USER | problems.responses(NotPendingDeletion))
async def restore_user(
    user_id: UserId, actor: CurrentActor, restore: Use[privacy.RestoreUser]
) -> schemas.UserView:
    return await restore(schemas.UserReference(user_id=user_id), actor)


@router.get("/users/{user_id}/sessions", responses=USER | LISTED)
async def list_user_sessions(
    user_id: UserId,
    query: Annotated[schemas.ListSessions, Query()],
    actor: CurrentActor,
    list_sessions: Use[service.ListUserSessions],
) -> Page[schemas.SessionView]:
    return await list_sessions(schemas.ListUserSessions(user_id=user_id, page=query), actor)


@router.delete("/users/{user_id}/sessions", status_code=HTTPStatus.NO_CONTENT, responses=USER)
async def revoke_user_sessions(
    user_id: UserId, actor: CurrentActor, revoke: Use[service.RevokeUserSessions]
) -> None:
    await revoke(schemas.UserReference(user_id=user_id), actor)


@router.delete(
    "/sessions/{session_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=OPERATOR | problems.responses(exceptions.SessionNotFound),
)
async def end_session(
    session_id: SessionId, actor: CurrentActor, end: Use[service.EndSession]
) -> None:
    await end(schemas.RevokeSession(session_id=session_id), actor)


@router.get("/organizations", responses=OPERATOR | LISTED)
async def list_organizations(
    query: Annotated[schemas.ListOrganizations, Query()],
    actor: CurrentActor,
    list_organizations: Use[service.ListOrganizations],
) -> Page[models.Organization]:
    return await list_organizations(query, actor)


@router.post(
    "/organizations",
    status_code=HTTPStatus.CREATED,
    responses=USER | problems.responses(exceptions.SlugTaken),
)
async def found_organization(
    command: schemas.FoundOrganization, actor: CurrentActor, create: Use[service.CreateOrganization]
) -> models.OrganizationOfUser:
    return await create(command, actor)


@router.get(
    "/organizations/{found_id}",
    responses=OPERATOR | problems.responses(exceptions.OrganizationNotFound),
)
async def get_organization(
    found_id: OrganizationId,
    actor: CurrentActor,
    response: Response,
    find: Use[service.FindOrganization],
) -> models.Organization:
    found = await find(schemas.FindOrganization(organization_id=found_id), actor)
    etags.tag(response, found.version)
    return found


@router.get("/audit-events", responses=OPERATOR | LISTED)
async def search_audit_events(
    query: Annotated[schemas.ListAuditEvents, Query()],
    actor: CurrentActor,
    search: Use[service.SearchAuditEvents],
) -> Page[AuditEvent]:
    return await search(query, actor)


@router.get("/signing-keys", responses=OPERATOR)
async def list_signing_keys(
    actor: CurrentActor, list_keys: Use[service.ListSigningKeys]
) -> Page[schemas.SigningKeyView]:
    return await list_keys(None, actor)


@router.post(
    "/signing-keys/rotate", responses=OPERATOR | problems.responses(exceptions.RotationTooEarly)
)
async def rotate_signing_keys(
    command: schemas.RotateSigningKeys, actor: CurrentActor, rotate: Use[service.RotateSigningKeys]
) -> Page[schemas.SigningKeyView]:
    return await rotate(command, actor)
