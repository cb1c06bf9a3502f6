from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import SecretStr

from core.accounts import exceptions as accounts
from core.accounts import schemas as accounts_schemas
from core.accounts.models import ConnectionId
from core.accounts.sso import exceptions, schemas
from core.accounts.sso import service as sso
from core.exceptions import RateLimited
from entrypoints.http import problems
from entrypoints.http.accounts import browser
from entrypoints.http.dependencies import Origin, Use
from entrypoints.http.routing import LenientRoute
from entrypoints.http.routing import router as make_router

router = make_router("/v1/auth/sso", "sso")
callback = make_router("/v1/auth/sso", "sso", LenientRoute)

REDIRECT: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.FOUND.value: {"description": "Where the browser goes on to: `Location`."}
}


@router.post("/discover", responses=problems.responses(RateLimited))
async def discover(
    command: schemas.DiscoverSso, actor: Origin, discover: Use[sso.DiscoverSso]
) -> schemas.SsoChoices:
    return await discover(command, actor)


@router.post(
    "/exchange",
    responses=problems.responses(
        accounts.TokenInvalidOrExpired,
        accounts.MfaRequired,
        accounts.EmailNotVerified,
        accounts.AccountSuspended,
        accounts.AccountPendingDeletion,
        exceptions.SsoEmailMissing,
        exceptions.SsoEmailUntrusted,
        exceptions.SsoSignupDisabled,
        exceptions.ConnectionNotFound,
        exceptions.IdentityLinkRequired,
        RateLimited,
    ),
)
async def exchange(
    command: schemas.ExchangeSsoCode, actor: Origin, exchange: Use[sso.ExchangeSsoCode]
) -> accounts_schemas.TokenPair:
    return await exchange(command, actor)


@router.get(
    "/{connection_id}/authorize",
    status_code=HTTPStatus.FOUND,
    response_class=Response,
    responses=REDIRECT
    | problems.responses(
        exceptions.ReturnToRefused,
        exceptions.ConnectionNotFound,
        exceptions.IdpError,
        RateLimited,
    ),
)
async def authorize(
    connection_id: ConnectionId,
    query: Annotated[browser.Begun, Query()],
    request: Request,
    actor: Origin,
    start: Use[sso.StartSso],
) -> Response:
    """Send the browser to the sign-in provider; it comes back to `return_to` with a `code`."""
    secret = browser.secret(request) or browser.fresh()
    command = schemas.StartSso(
        connection_id=connection_id,
        return_to=query.return_to,
        code_challenge=query.code_challenge,
        browser=SecretStr(secret),
    )
    response = RedirectResponse(await start(command, actor), HTTPStatus.FOUND)
    browser.remember(secret, request, response)
    return response


@callback.get(
    "/{connection_id}/callback",
    status_code=HTTPStatus.FOUND,
    response_class=Response,
    responses=REDIRECT
    | problems.responses(
        accounts.TokenInvalidOrExpired, exceptions.ConnectionNotFound, RateLimited
    ),
)
async def answer(
    connection_id: ConnectionId, request: Request, actor: Origin, answer: Use[sso.AnswerSso]
) -> Response:
    """Where the sign-in provider sends the browser back to."""
    command = browser.answered(connection_id, request)
    return RedirectResponse(await answer(command, actor), HTTPStatus.FOUND)
