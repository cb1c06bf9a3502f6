from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response

from core.accounts import exceptions as accounts
from core.accounts.passkeys import exceptions, models, schemas, service
from core.accounts.schemas import AccessToken, TokenPair
from core.exceptions import AuthenticationRequired, PermissionDenied, RateLimited
from core.models import Page
from entrypoints.http import problems
from entrypoints.http.accounts import device
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Origin, Use
from entrypoints.http.listing import LISTED
from entrypoints.http.routing import router as make_router

router = make_router("/v1/me/passkeys", "passkeys")
logins = make_router("/v1/auth/passkeys", "passkeys")

SENSITIVE = UNKNOWN | problems.responses(accounts.ReauthenticationRequired, PermissionDenied)
ONE = "/{passkey_id:uuid}"
"""A path of its own, apart from the words that stand in its place."""


@router.post("/registration", responses=SENSITIVE | problems.responses(RateLimited))
async def begin_registration(
    actor: CurrentActor, begin: Use[service.BeginPasskeyRegistration]
) -> schemas.PasskeyChallenge:
    return await begin(None, actor)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=problems.responses(
        AuthenticationRequired,
        accounts.SessionRevoked,
        exceptions.PasskeyRefused,
        PermissionDenied,
        RateLimited,
    ),
)
async def register_passkey(
    command: schemas.RegisterPasskey, actor: CurrentActor, register: Use[service.RegisterPasskey]
) -> schemas.PasskeyView:
    return await register(command, actor)


@router.get("", responses=UNKNOWN | LISTED)
async def list_passkeys(
    page: Annotated[schemas.ListPasskeys, Query()],
    actor: CurrentActor,
    list_passkeys: Use[service.ListPasskeys],
) -> Page[schemas.PasskeyView]:
    return await list_passkeys(page, actor)


@router.patch(
    ONE, responses=UNKNOWN | problems.responses(PermissionDenied, exceptions.PasskeyNotFound)
)
async def rename_passkey(
    passkey_id: models.PasskeyId,
    body: schemas.PasskeyName,
    actor: CurrentActor,
    rename: Use[service.RenamePasskey],
) -> schemas.PasskeyView:
    return await rename(schemas.RenamePasskey(passkey_id=passkey_id, name=body.name), actor)


@router.delete(
    ONE,
    status_code=HTTPStatus.NO_CONTENT,
    responses=SENSITIVE | problems.responses(exceptions.PasskeyNotFound, accounts.LastCredential),
)
async def remove_passkey(
    passkey_id: models.PasskeyId, actor: CurrentActor, remove: Use[service.RemovePasskey]
) -> None:
    await remove(schemas.PasskeyReference(passkey_id=passkey_id), actor)


@logins.post("/options", responses=problems.responses(RateLimited))
async def begin_login(
    actor: Origin, begin: Use[service.BeginPasskeyLogin]
) -> schemas.PasskeyChallenge:
    return await begin(None, actor)


@logins.post(
    "/login",
    responses=problems.responses(
        exceptions.PasskeyRefused,
        accounts.EmailNotVerified,
        accounts.AccountSuspended,
        accounts.AccountPendingDeletion,
        RateLimited,
    ),
)
async def log_in(
    command: schemas.LogInWithPasskey,
    actor: Origin,
    request: Request,
    response: Response,
    log_in: Use[service.LogInWithPasskey],
) -> TokenPair:
    tokens = await log_in(command, actor)
    device.remember(tokens, request, response)
    return tokens


@logins.post(
    "/reauthenticate",
    responses=problems.responses(
        AuthenticationRequired,
        accounts.SessionRevoked,
        exceptions.PasskeyRefused,
        PermissionDenied,
        RateLimited,
    ),
)
async def reauthenticate(
    command: schemas.AnswerPasskeyChallenge,
    actor: CurrentActor,
    reauthenticate: Use[service.ReauthenticateWithPasskey],
) -> AccessToken:
    return await reauthenticate(command, actor)
