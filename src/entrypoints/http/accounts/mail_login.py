from http import HTTPStatus

from fastapi import Request, Response

from core.accounts import exceptions
from core.accounts.mail_login import schemas, service
from core.accounts.mail_login.exceptions import LoginCodeInvalid
from core.accounts.schemas import TokenPair
from core.exceptions import RateLimited
from entrypoints.http import problems
from entrypoints.http.accounts import device
from entrypoints.http.dependencies import Origin, Use
from entrypoints.http.routing import router as make_router

router = make_router("/v1/auth/mail-login", "mail_login")


@router.post("", status_code=HTTPStatus.ACCEPTED, responses=problems.responses(RateLimited))
async def request(
    command: schemas.RequestMailLogin, actor: Origin, request: Use[service.RequestMailLogin]
) -> schemas.MailLoginChallenge:
    return await request(command, actor)


@router.post(
    "/verify",
    responses=problems.responses(
        *(exceptions.TokenInvalidOrExpired, LoginCodeInvalid, exceptions.MfaRequired),
        *(exceptions.AccountSuspended, exceptions.AccountPendingDeletion, RateLimited),
    ),
)
async def verify(
    command: schemas.SignInByMail,
    actor: Origin,
    request: Request,
    response: Response,
    sign_in: Use[service.SignInByMail],
) -> TokenPair:
    tokens = await sign_in(command, actor)
    device.remember(tokens, request, response)
    return tokens
