from http import HTTPStatus

from fastapi import Request, Response

from core.accounts import exceptions
from core.accounts.mfa import schemas, service
from core.accounts.mfa.exceptions import MfaInvalidCode, TotpAlreadyEnabled, TotpNotEnabled
from core.accounts.schemas import TokenPair
from core.exceptions import PermissionDenied, RateLimited, VersionMismatch
from entrypoints.http import problems
from entrypoints.http.accounts import device
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Origin, Use
from entrypoints.http.routing import router as make_router

router = make_router("/v1/me/mfa", "mfa")
challenges = make_router("/v1/auth/mfa", "mfa")

OWN = UNKNOWN | problems.responses(PermissionDenied, exceptions.ReauthenticationRequired)


@router.get("", responses=UNKNOWN)
async def get_status(
    actor: CurrentActor, get_status: Use[service.GetMfaStatus]
) -> schemas.MfaStatus:
    return await get_status(None, actor)


@router.post(
    "/totp",
    status_code=HTTPStatus.CREATED,
    responses=OWN | problems.responses(TotpAlreadyEnabled),
)
async def enroll_totp(
    actor: CurrentActor, enroll: Use[service.EnrollTotp]
) -> schemas.TotpEnrolment:
    return await enroll(None, actor)


@router.post(
    "/totp/confirm",
    responses=problems.responses(
        *(exceptions.SessionRevoked, exceptions.TokenInvalid, MfaInvalidCode),
        *(PermissionDenied, TotpNotEnabled, TotpAlreadyEnabled, VersionMismatch),
    ),
)
async def confirm_totp(
    command: schemas.ConfirmTotp, actor: CurrentActor, confirm: Use[service.ConfirmTotp]
) -> schemas.NewRecoveryCodes:
    return await confirm(command, actor)


@router.delete(
    "/totp",
    status_code=HTTPStatus.NO_CONTENT,
    responses=OWN | problems.responses(TotpNotEnabled, VersionMismatch),
)
async def disable_totp(actor: CurrentActor, disable: Use[service.DisableTotp]) -> None:
    await disable(None, actor)


@router.post("/recovery-codes", responses=OWN | problems.responses(TotpNotEnabled))
async def regenerate_recovery_codes(
    actor: CurrentActor, regenerate: Use[service.RegenerateRecoveryCodes]
) -> schemas.NewRecoveryCodes:
    return await regenerate(None, actor)


@challenges.post(
    "/verify",
    responses=problems.responses(
        *(exceptions.TokenInvalidOrExpired, MfaInvalidCode, exceptions.EmailNotVerified),
        *(exceptions.AccountSuspended, exceptions.AccountPendingDeletion, RateLimited),
    ),
)
async def complete_challenge(
    command: schemas.CompleteMfaChallenge,
    actor: Origin,
    request: Request,
    response: Response,
    complete: Use[service.CompleteMfaChallenge],
) -> TokenPair:
    tokens = await complete(command, actor)
    device.remember(tokens, request, response)
    return tokens
