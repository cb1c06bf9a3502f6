"""What is shown when something is refused, or goes wrong."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response

from core.accounts import exceptions
from core.exceptions import (
    AuthenticationRequired,
    CoreError,
    FieldError,
    SecondFactorRequired,
)
from entrypoints.http import problems
from entrypoints.http.console import navigation, rendering, visits
from entrypoints.http.pages import texts
from entrypoints.http.pages.forms import Refusal
from entrypoints.http.pages.rendering import retry

PROVE: Final = "/console/prove"
ENDED: Final = (
    AuthenticationRequired,
    exceptions.TokenInvalid,
    exceptions.TokenExpired,
    exceptions.SessionRevoked,
    exceptions.RefreshReuseDetected,
)
"""What takes a new sign-in, and not another password in the same form."""

NEEDED: Final = "Field required"
WORDS: Final = texts.WORDS["en"]


def refusal(error: CoreError) -> Refusal:
    """Return what a form says of an error: in general, and beside which of its fields."""
    fields = dict[str, list[str]]()
    for one in error.errors:
        names = [part for part in one.pointer.split("/") if part and not part.isdigit()]
        fields.setdefault(names[-1] if names else "", []).append(_wrong(one))
    return Refusal(error.code, told(error), fields)


def _wrong(one: FieldError) -> str:
    """Say what is wrong with a field; the validator's own words for an address are for builders."""
    plain = one.code == "value_error" or one.detail == NEEDED
    return texts.wrong(WORDS, one) if plain else one.detail


def told(error: CoreError) -> str:
    """Say what an error means: what it says of itself is meant for people as it is."""
    if error.detail is None and error.retry_after is not None:
        return texts.said(WORDS, error)
    return error.detail or error.title


def refused(request: Request, error: CoreError) -> Response:
    """Lead to where a refusal is mended, or else show it as a page."""
    if isinstance(error, ENDED):
        return visits.to_sign_in(request)
    if isinstance(error, exceptions.ReauthenticationRequired):
        return visits.here(request).leave(f"{PROVE}?next={quote(request.url.path, safe='/')}")
    link = None
    if isinstance(error, SecondFactorRequired):
        link = _second_factor(request)
    return _shown(
        request, problems.status_of(type(error)), told(error), link=link, headers=retry(error)
    )


def failed(request: Request, status: HTTPStatus) -> Response:
    text = WORDS["errors"].get(status.name.lower(), f"{status.phrase}.")
    reference = None
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        text = WORDS["errors"]["crash"]
        reference = request.scope.get("state", {}).get("request_id")
    return _shown(request, status, text, reference=reference)


def _second_factor(request: Request) -> tuple[str, str] | None:
    """Return where to give a second factor, or to set one up."""
    visit = visits.visiting(request)
    if visit is None:
        return None
    if visit.user.mfa_enabled:
        return "Enter a code", f"{PROVE}?next={quote(request.url.path, safe='/')}"
    return "Set up a second factor", f"{navigation.HOME}/account"


def _shown(request: Request, status: HTTPStatus, text: str, **values: Any) -> Response:
    known = {"title": _title(status), "text": text, "link": None, "reference": None}
    headers = values.pop("headers", None)
    visit = visits.visiting(request)
    if visit is None:
        response = rendering.page(request, "outside.html", status=status, **(known | values))
    else:
        response = visit.page("failed.html", status=status, **(known | values))
    response.headers.update(headers or {})
    return response


def _title(status: HTTPStatus) -> str:
    match status:
        case HTTPStatus.NOT_FOUND:
            return "There is nothing here"
        case HTTPStatus.FORBIDDEN:
            return "You may not do this"
        case _:
            return "That did not work"
