"""Who looks at a page: the session behind the cookie, and what they may see."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import SecretStr

from core.accounts import exceptions, models, schemas, service
from core.exceptions import AuthenticationRequired, Forbidden, NotFound, PermissionDenied
from core.models import Actor, OrganizationId
from core.service import UseCase
from entrypoints.http.console import cookies, navigation, rendering
from entrypoints.http.dependencies import application, organization_of, origin, who
from entrypoints.http.pages.forms import Posted, Refusal
from entrypoints.http.telemetry import note

CSRF: Final = "console/csrf"
SIGN_IN: Final = "/console/sign-in"


class Visit:
    """One look at the console by somebody who is signed in.

    `sent` and `refused` are what they posted and what was wrong with it, if it was refused.
    """

    def __init__(self, request: Request, principal: models.Principal) -> None:
        self.request = request
        self.user = principal.person
        self.actor = principal.actor
        self.organization: models.OrganizationOfUser | None = None
        self.sent = Posted({})
        self.several: Mapping[str, list[str]] = {}
        self.refused: Refusal | None = None

    def use[U: UseCase](self, use_case: type[U]) -> U:
        return application(self.request).use(use_case)

    @property
    def csrf(self) -> str:
        """Return what every form of this session brings along: no other site knows it."""
        return application(self.request).container.seals().seal(CSRF, self._session())

    def owns(self, token: str) -> bool:
        """Tell whether a form came from a page of this session."""
        opened = application(self.request).container.seals().unseal(CSRF, token)
        return opened is not None and opened == self._session()

    def _session(self) -> bytes:
        if self.actor.session_id is None:
            raise AuthenticationRequired
        return self.actor.session_id.bytes

    def path(self, tail: str = "") -> str:
        """Return the address of a page in the organization that is looked at."""
        return f"{navigation.HOME}/organizations/{self.actor.organization_id}{tail}"

    def page(
        self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any
    ) -> HTMLResponse:
        path = self.request.url.path
        known = {
            "visit": self,
            "may": self.actor.permissions.__contains__,
            "operates": self.actor.platform_role == "operator",
            "installation": navigation.of_installation(self.actor, path),
            "sections": navigation.of_organization(self.actor, path),
            "base": self.path() if self.actor.organization_id else None,
            "said": cookies.said(self.request),
            "refused": self.refused,
            "sent": self.sent.values,
        }
        return rendering.page(self.request, template, status=status, **(known | values))

    def leave(self, path: str, said: str | None = None) -> Response:
        """Lead to a page, which says what was done: a reload of it does nothing twice."""
        response = RedirectResponse(path, HTTPStatus.SEE_OTHER)
        if said:
            cookies.say(said, self.request, response)
        return response


def here(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


def visiting(request: Request) -> Visit | None:
    return getattr(request.state, "visit", None)


async def arrive(request: Request) -> None:
    """Find out who is looking, in the organization that the path names.

    Whoever is not let into that is somebody all the same: the page that says so has their menu.
    """
    tokens = cookies.tokens(request)
    if tokens is None:
        raise AuthenticationRequired
    organization_id = organization_of(request)
    try:
        principal = await _proven(request, tokens, organization_id)
    except (Forbidden, NotFound):
        _welcome(request, await _proven(request, _current(request, tokens), None))
        raise
    visit = _welcome(request, principal)
    if organization_id is not None:
        visit.organization = await _organization(visit)


def renew(request: Request, tokens: cookies.Tokens) -> None:
    """Keep other tokens from now on, in the answer to this request as well."""
    request.state.renewed = tokens


def leave(request: Request, response: Response) -> Response:
    """Write the cookies that changed on the way; what was said is said once."""
    if (renewed := getattr(request.state, "renewed", None)) is not None:
        cookies.keep_tokens(renewed, request, response)
    if isinstance(response, HTMLResponse) and cookies.said(request):
        cookies.drop_said(request, response)
    return response


def to_sign_in(request: Request) -> Response:
    """Lead to the sign-in and back to what was asked for; nothing that was sent is done."""
    wanted = request.url.path if request.method == "GET" else navigation.HOME
    if request.method == "GET" and request.url.query:
        wanted = f"{wanted}?{request.url.query}"
    address = f"{SIGN_IN}?next={quote(wanted, safe='/')}"
    if "hx-request" in request.headers:  # or else it would put the sign-in into a part of the page
        return Response(status_code=HTTPStatus.OK, headers={"HX-Redirect": address})
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    cookies.drop_tokens(request, response)
    return response


def _welcome(request: Request, principal: models.Principal) -> Visit:
    note(request.scope, **who(principal.actor))
    visit = request.state.visit = Visit(request, principal)
    return visit


def _current(request: Request, tokens: cookies.Tokens) -> cookies.Tokens:
    renewed: cookies.Tokens = getattr(request.state, "renewed", tokens)
    return renewed


async def _proven(
    request: Request, tokens: cookies.Tokens, organization_id: OrganizationId | None
) -> models.Principal:
    """Prove a session by its access token, renewed where it is too old."""
    use, somebody = application(request).use, origin(request)
    try:
        return await _authenticated(request, tokens, organization_id, somebody)
    except (exceptions.TokenExpired, exceptions.TokenInvalid):
        command = schemas.RefreshSession(refresh_token=SecretStr(tokens.refresh))
        pair = await use(service.RefreshSession)(command, somebody)
        renew(request, cookies.Tokens.of(pair))
        return await _authenticated(request, cookies.Tokens.of(pair), organization_id, somebody)


async def _authenticated(
    request: Request,
    tokens: cookies.Tokens,
    organization_id: OrganizationId | None,
    somebody: Actor,
) -> models.Principal:
    command = schemas.Credentials(access_token=tokens.access, organization_id=organization_id)
    return await application(request).use(service.Authenticate)(command, somebody)


async def _organization(visit: Visit) -> models.OrganizationOfUser | None:
    """Return what the menu is headed with, unless their role hides even that."""
    try:
        return await visit.use(service.GetOrganization)(None, visit.actor)
    except PermissionDenied:
        return None
