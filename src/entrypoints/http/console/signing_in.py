"""In and out: the accounts of the service itself, by password and, where asked, a second factor."""

import re
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from core.accounts import exceptions, schemas, service
from core.accounts.mfa import schemas as mfa_schemas
from core.accounts.mfa import service as mfa_service
from core.exceptions import CoreError
from entrypoints.http import problems
from entrypoints.http.accounts import device
from entrypoints.http.console import cookies, failing, rendering, visits
from entrypoints.http.console.navigation import HOME
from entrypoints.http.console.routing import OpenRoute, SteadyRoute
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.dependencies import application, origin
from entrypoints.http.pages.forms import Posted
from entrypoints.http.pages.rendering import retry

router = make_router(OpenRoute)
leaving = make_router(SteadyRoute)

_LOCAL: Final = re.compile(r"/console([/?][\x21-\x5b\x5d-\x7e]*)?")
"""An address of the console's own: no other site, and nothing that ends a header."""

LATE: Final = "That took too long, or too many tries: sign in once more."
CODE: Final = re.compile(r"[\d\s-]{6,10}")
"""What an authenticator app shows; anything else is a recovery code."""


@router.get(visits.SIGN_IN)
async def show_sign_in(request: Request) -> Response:
    return _asked(request, "sign_in.html", wanted(request.query_params.get("next")))


@router.post(visits.SIGN_IN)
async def sign_in(request: Request) -> Response:
    sent: Posted = request.state.sent
    onward = wanted(sent.values.get("next"))
    try:
        command = device.remembered(sent.command(schemas.LogIn), request)
        tokens = await application(request).use(service.LogIn)(command, origin(request))
    except exceptions.MfaRequired as error:
        challenge = error.members["challenge_token"]
        return _asked(request, "second_factor.html", onward, challenge=challenge)
    except CoreError as error:
        return _asked(request, "sign_in.html", onward, error)
    return _entered(request, tokens, onward)


@router.get(f"{visits.SIGN_IN}/code")
async def begin_anew(request: Request) -> Response:
    """Whoever reloads the page of the code begins anew: its challenge was in no address."""
    return RedirectResponse(visits.SIGN_IN, HTTPStatus.SEE_OTHER)


@router.post(f"{visits.SIGN_IN}/code")
async def give_code(request: Request) -> Response:
    sent: Posted = request.state.sent
    onward, challenge = wanted(sent.values.get("next")), sent.values.get("challenge_token", "")
    code = sent.values.get("code", "")
    kind = "code" if CODE.fullmatch(code) else "recovery_code"
    try:
        given = Posted({"challenge_token": challenge, kind: code}, sent.unfit)
        command = given.command(mfa_schemas.CompleteMfaChallenge)
        complete = application(request).use(mfa_service.CompleteMfaChallenge)
        tokens = await complete(command, origin(request))
    except exceptions.TokenInvalidOrExpired:
        late = exceptions.TokenInvalidOrExpired(LATE)
        return _asked(request, "sign_in.html", onward, late)
    except CoreError as error:
        return _asked(request, "second_factor.html", onward, error, challenge=challenge)
    return _entered(request, tokens, onward)


@leaving.post("/console/sign-out")
async def sign_out(request: Request) -> Response:
    visit = visits.here(request)
    await visit.use(service.LogOut)(schemas.LogOut(), visit.actor)
    response = RedirectResponse(visits.SIGN_IN, HTTPStatus.SEE_OTHER)
    cookies.drop_tokens(request, response)
    return response


def _entered(request: Request, tokens: schemas.TokenPair, onward: str) -> Response:
    response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    cookies.keep_tokens(cookies.Tokens.of(tokens), request, response)
    device.remember(tokens, request, response)
    return response


def _asked(
    request: Request,
    template: str,
    onward: str,
    error: CoreError | None = None,
    **values: Any,
) -> Response:
    known: dict[str, Any] = {
        "next": onward,
        "csrf": cookies.new_form_secret(request),
        "refused": failing.refusal(error) if error else None,
        "email": getattr(request.state, "sent", Posted({})).values.get("email", ""),
    }
    status = problems.status_of(type(error)) if error else HTTPStatus.OK
    response = rendering.page(request, template, status=status, **(known | values))
    if error:
        response.headers.update(retry(error))
    cookies.keep_form_secret(request, response)
    return response


def wanted(address: str | None) -> str:
    """Return where to go on: a page of the console, never another site's."""
    return address if address and _LOCAL.fullmatch(address) else HOME
