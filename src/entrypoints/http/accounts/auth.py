from http import HTTPStatus

from fastapi import Request, Response
from pydantic import SecretStr

from core.accounts import exceptions, schemas, service
from core.accounts.mfa import schemas as mfa_schemas
from core.accounts.mfa import service as mfa_service
from core.accounts.mfa.exceptions import MfaInvalidCode
from core.exceptions import (
    AuthenticationRequired,
    PermissionDenied,
    RateLimited,
    Unauthenticated,
)
from entrypoints.http import problems
from entrypoints.http.accounts import device
from entrypoints.http.dependencies import CurrentActor, Origin, Use, authenticate
from entrypoints.http.routing import router as make_router

router = make_router("/v1/auth", "auth")


@router.post(
    "/register",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems.responses(
        exceptions.TokenInvalidOrExpired, exceptions.WeakPassword, RateLimited
    ),
)
async def register(
    command: schemas.RegisterUser, actor: Origin, register: Use[service.RegisterUser]
) -> schemas.Registration:
    return await register(command, actor)


@router.post(
    "/verify-email",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(exceptions.TokenInvalidOrExpired, RateLimited),
)
async def verify_email(
    command: schemas.VerifyEmail, actor: Origin, verify: Use[service.VerifyEmail]
) -> None:
    await verify(command, actor)


@router.post(
    "/verify-email/resend",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems.responses(RateLimited),
)
async def resend_verification(
    command: schemas.ResendVerification, actor: Origin, resend: Use[service.ResendVerification]
) -> schemas.Accepted:
    await resend(command, actor)
    return schemas.Accepted()


@router.post(
    "/login",
    responses=problems.responses(
        exceptions.InvalidCredentials,
        exceptions.MfaRequired,
        exceptions.EmailNotVerified,
        exceptions.AccountSuspended,
        exceptions.AccountPendingDeletion,
        RateLimited,
    ),
)
async def log_in(
    command: schemas.LogIn,
    actor: Origin,
    request: Request,
    response: Response,
    log_in: Use[service.LogIn],
) -> schemas.TokenPair:
    tokens = await log_in(device.remembered(command, request), actor)
    device.remember(tokens, request, response)
    return tokens


@router.post(
    "/token/refresh",
    responses=problems.responses(
        exceptions.TokenInvalid,
        exceptions.SessionRevoked,
        exceptions.RefreshReuseDetected,
        RateLimited,
    ),
)
async def refresh(
    command: schemas.RefreshSession, actor: Origin, refresh: Use[service.RefreshSession]
) -> schemas.TokenPair:
    return await refresh(command, actor)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
async def log_out(
    request: Request,
    actor: Origin,
    log_out: Use[service.LogOut],
    command: schemas.LogOut = schemas.LogOut(),  # noqa: B008 - frozen
) -> None:
    """End the session of a refresh token, or else of the access token; fine if it has ended."""
    try:
        known = actor if command.refresh_token else (await authenticate(request)).actor
    except Unauthenticated:
        return
    await log_out(command, known)


@router.post(
    "/password/forgot",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems.responses(RateLimited),
)
async def forgot_password(
    command: schemas.RequestPasswordReset,
    actor: Origin,
    request_reset: Use[service.RequestPasswordReset],
) -> schemas.Accepted:
    await request_reset(command, actor)
    return schemas.Accepted()


@router.post(
    "/password/reset",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems.responses(
        exceptions.TokenInvalidOrExpired, exceptions.WeakPassword, RateLimited
    ),
)
async def reset_password(
    command: schemas.ResetPassword, actor: Origin, reset: Use[service.ResetPassword]
) -> None:
    await reset(command, actor)


@router.post(
    "/reauthenticate",
    responses=problems.responses(
        *(AuthenticationRequired, exceptions.SessionRevoked, exceptions.InvalidCredentials),
        *(MfaInvalidCode, PermissionDenied, RateLimited),
    ),
)
async def reauthenticate(
    proof: schemas.StepUp,
    actor: CurrentActor,
    by_password: Use[service.Reauthenticate],
    by_code: Use[mfa_service.ReauthenticateByCode],
) -> schemas.AccessToken:
    """Prove again that it is you, for the next ten minutes of sensitive actions.

    A code makes the session count as one of two factors.
    """
    if proof.password is not None:
        return await by_password(schemas.Reauthenticate(password=proof.password), actor)
    code = proof.code or SecretStr("")
    return await by_code(mfa_schemas.ReauthenticateByCode(code=code), actor)
