"""How a page of the console is asked for, and what is checked on the way."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from hmac import compare_digest
from http import HTTPStatus
from typing import Any, ClassVar, Final, override

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from core.accounts.exceptions import ReauthenticationRequired
from core.exceptions import (
    CoreError,
    NotFound,
    PermissionDenied,
    SecondFactorRequired,
)
from entrypoints.http import problems
from entrypoints.http.console import cookies, failing, visits
from entrypoints.http.dependencies import application
from entrypoints.http.pages import forms

MOST_FIELDS: Final = 200
TOKEN: Final = "csrf"  # noqa: S105 - the field's name
OWN: Final = frozenset({"same-origin", "none"})
FORGED: Final = "This form is too old, or not from this page: go back, load it anew and try again."

type Handler = Callable[[Request], Coroutine[Any, Any, Response]]
type Endpoint = Callable[..., Awaitable[Response]]


class ConsoleRoute(APIRoute):
    """Knows who looks before it does anything, takes no form but its own, and answers in pages."""

    signed_in: ClassVar[bool] = True

    halts: ClassVar[bool] = True
    """Whether nothing is done here while the service is read-only."""

    @override
    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                request.state.brand = await application(request).container.branding().brand()
                if self.signed_in:
                    await visits.arrive(request)
                if request.method == "POST":
                    await _take(request)
                    if self.halts:
                        await _check_writable(request)
                response = await handler(request)
            except CoreError as error:
                response = failing.refused(request, error)
            except RequestValidationError:  # of an id in the path: what is none, is not there
                response = failing.refused(request, NotFound())
            except HTTPException as error:
                response = failing.failed(request, HTTPStatus(error.status_code))
            except Exception as error:
                await problems.crash(request, error)  # which logs it
                response = failing.failed(request, HTTPStatus.INTERNAL_SERVER_ERROR)
            return visits.leave(request, response)

        return handle


class OpenRoute(ConsoleRoute):
    """For whoever is not signed in."""

    signed_in = False
    halts = False


class SteadyRoute(ConsoleRoute):
    """For what goes on while the service is read-only: to prove who one is, and to leave."""

    halts = False


def router(route_class: type[ConsoleRoute] = ConsoleRoute) -> APIRouter:
    return APIRouter(include_in_schema=False, route_class=route_class)


async def _take(request: Request) -> None:
    """Read a form, and refuse one that another site had somebody send (ASVS 3.5.1).

    The cookie is Lax and the token nobody else's to know; what browsers say of where a request
    began is a third lock.
    """
    if request.headers.get("sec-fetch-site", "none") not in OWN:
        raise PermissionDenied(FORGED)
    pairs = await forms.pairs(request, MOST_FIELDS)
    sent, visit = forms.Posted.of(pairs), visits.visiting(request)
    token = sent.values.get(TOKEN, "")
    if not (visit.owns(token) if visit else _began_here(request, token)):
        raise PermissionDenied(FORGED)
    if visit:
        visit.sent = sent
        visit.several = {name: [one for key, one in pairs if key == name] for name, _ in pairs}
    request.state.sent = sent


async def _check_writable(request: Request) -> None:
    actor = visits.here(request).actor
    await application(request).container.switchboard().require_writable(actor)


def _began_here(request: Request, token: str) -> bool:
    secret = cookies.form_secret(request)
    return bool(secret and compare_digest(secret.encode(), token.encode()))


def beside(show: Endpoint) -> Callable[[Endpoint], Endpoint]:
    """Have a page shown again with what was wrong, where it refuses what was sent.

    What only another page can mend is left to the route.
    """
    wanted = inspect.signature(show).parameters

    def decorate(act: Endpoint) -> Endpoint:
        @wraps(act)
        async def attempted(request: Request, **named: Any) -> Response:
            try:
                return await act(request, **named)
            except (ReauthenticationRequired, SecondFactorRequired, *failing.ENDED):
                raise
            except CoreError as error:
                refusal = error
            visits.here(request).refused = failing.refusal(refusal)
            kept = {name: one for name, one in named.items() if name in wanted}
            response = await show(request, **kept)
            response.status_code = problems.status_of(type(refusal))
            return response

        return attempted

    return decorate
