from http import HTTPStatus

from core.accounts import exceptions
from core.accounts.privacy import models, schemas, service
from core.accounts.privacy.exceptions import ExportNotFound
from core.exceptions import (
    AuthenticationRequired,
    PermissionDenied,
    RateLimited,
    VersionMismatch,
)
from entrypoints.http import problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Origin, Use
from entrypoints.http.routing import router as make_router

router = make_router("/v1/me", "privacy")

FRESH = UNKNOWN | problems.responses(exceptions.ReauthenticationRequired, PermissionDenied)


@router.post("/export", status_code=HTTPStatus.ACCEPTED, responses=FRESH)
async def request_export(
    actor: CurrentActor, request: Use[service.RequestExport]
) -> schemas.RequestedExport:
    return await request(None, actor)


@router.get("/export/{export_id}", responses=FRESH | problems.responses(ExportNotFound))
async def get_export(
    export_id: models.ExportId, actor: CurrentActor, get: Use[service.GetExport]
) -> schemas.ExportView:
    return await get(schemas.GetExport(export_id=export_id), actor)


@router.delete(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=FRESH
    | problems.responses(
        AuthenticationRequired,
        exceptions.SessionRevoked,
        exceptions.InvalidCredentials,
        exceptions.LastOwner,
        VersionMismatch,
        RateLimited,
    ),
)
async def request_account_deletion(
    actor: CurrentActor,
    delete: Use[service.RequestAccountDeletion],
    command: schemas.RequestAccountDeletion = schemas.RequestAccountDeletion(),  # noqa: B008 - frozen
) -> schemas.PendingDeletion:
    return await delete(command, actor)


@router.post(
    "/restore",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(exceptions.TokenInvalidOrExpired, VersionMismatch, RateLimited),
)
async def restore_account(
    command: schemas.RestoreAccount, actor: Origin, restore: Use[service.RestoreAccount]
) -> None:
    await restore(command, actor)
