"""Every error the service can answer with, as RFC 9457 asks, in one place."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from core import exceptions
from core.exceptions import CoreError
from entrypoints.http.telemetry import note

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[dict[type[CoreError], HTTPStatus]] = {
    exceptions.Malformed: HTTPStatus.BAD_REQUEST,
    exceptions.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    exceptions.Forbidden: HTTPStatus.FORBIDDEN,
    exceptions.PaymentRequired: HTTPStatus.PAYMENT_REQUIRED,
    exceptions.NotFound: HTTPStatus.NOT_FOUND,
    exceptions.Conflict: HTTPStatus.CONFLICT,
    exceptions.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    exceptions.PreconditionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    exceptions.TooLarge: HTTPStatus.CONTENT_TOO_LARGE,
    exceptions.Unsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    exceptions.LengthMissing: HTTPStatus.LENGTH_REQUIRED,
    exceptions.RangeRefused: HTTPStatus.RANGE_NOT_SATISFIABLE,
    exceptions.Invalid: HTTPStatus.UNPROCESSABLE_CONTENT,
    exceptions.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    exceptions.BadGateway: HTTPStatus.BAD_GATEWAY,
    exceptions.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

LISTED: Final = 50
"""Wrong fields named at most: whoever sends ten thousand need not hear of each."""

UNPARSABLE: Final = "There was an error parsing the body"
"""What the framework says of bytes that are no UTF-8, and of what is nested too deeply."""

_log = logging.getLogger("core_api.http")


class Wrong(BaseModel):
    """One field that is wrong."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). `code` is stable; further members depend on it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    instance: str
    request_id: str | None = None
    errors: list[Wrong] | None = None


def status_of(error: type[CoreError]) -> HTTPStatus:
    return next(
        (STATUS[kind] for kind in error.__mro__ if kind in STATUS),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def responses(*errors: type[CoreError]) -> dict[int | str, dict[str, Any]]:
    """Document the errors of an endpoint, for OpenAPI."""
    documented: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = documented.setdefault(
            status_of(error).value, {"description": "", "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
        )
        entry["description"] = f"{entry['description']} `{error.code}`: {error.title}".strip()
    return documented


SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}


def answer(
    request: Request,
    status: int,
    code: str,
    title: str,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """Build a problem; members that are None stay out."""
    note(request.scope, code=code)
    body = document(
        status,
        code,
        title,
        instance=quote(request.scope["path"]),
        request_id=request.scope.get("state", {}).get("request_id"),
        **members,
    )
    return Response(body, status, dict(headers or {}), media_type=MEDIA_TYPE)


def document(status: int, code: str, title: str, **members: Any) -> bytes:
    problem = Problem(type=f"/problems/{code}", title=title, status=status, code=code, **members)
    return to_json(problem, exclude_none=True)


async def core_error(request: Request, error: CoreError, status: int | None = None) -> Response:
    """Answer an error of ours; `status` is another one than it has everywhere else."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, exceptions.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, exceptions.RateLimited):
        headers |= _limits(error)
    wrong = [Wrong(pointer=e.pointer, code=e.code, detail=e.detail) for e in error.errors[:LISTED]]
    return answer(
        request,
        status or status_of(type(error)),
        error.code,
        error.title,
        headers=headers,
        detail=error.detail,
        errors=wrong or None,
        **error.members,
    )


def _limits(error: exceptions.RateLimited) -> dict[str, str]:
    """Name what was exceeded as draft-ietf-httpapi-ratelimit-headers does: quota, window, reset."""
    policies = (f'"{one.name}";q={one.count};w={one.seconds}' for one in error.exceeded)
    states = (f'"{one.name}";r=0;t={one.seconds_left}' for one in error.exceeded)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    wrong = [_wrong(one) for one in error.errors()[:LISTED]]
    failed = exceptions.ValidationFailed
    if any(one.code == "json_invalid" for one in wrong):
        return _malformed(request, errors=wrong)
    return answer(request, status_of(failed), failed.code, failed.title, errors=wrong)


def _malformed(request: Request, **members: Any) -> Response:
    title = "This is not JSON."
    return answer(request, HTTPStatus.BAD_REQUEST, "malformed_json", title, **members)


def _wrong(error: dict[str, Any]) -> Wrong:
    """Point at a field as RFC 6901 does: `#/name` in the body, `/query/name` elsewhere."""
    place, *path = error["loc"]
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    pointer = "/".join(["#" if place == "body" else f"/{place}", *escaped])
    return Wrong(pointer=_sane(pointer), code=error["type"], detail=_sane(_of_json(error["msg"])))


def _of_json(detail: str) -> str:
    """Say it of JSON, which has lists and no tuples."""
    return detail.replace("tuple", "list").replace("Tuple", "List")


def _sane(text: str) -> str:
    """Make what a caller sent fit for UTF-8: lone surrogates have no place in it."""
    return text.encode("utf-8", "replace").decode()[:500]


async def _http_error(request: Request, error: HTTPException) -> Response:
    if error.detail == UNPARSABLE:
        return _malformed(request)
    status = HTTPStatus(error.status_code)
    detail = None if error.detail == status.phrase else error.detail
    return answer(
        request,
        status,
        status.name.lower(),
        f"{status.phrase}.",
        headers=error.headers,
        detail=detail,
    )


async def crash(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw; the log has the whole story, the caller its request id."""
    _log.error("a request crashed", exc_info=error)
    return answer(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "crash", "Something broke on our side."
    )


def install(app: FastAPI) -> None:
    app.exception_handler(CoreError)(core_error)
    app.exception_handler(RequestValidationError)(_validation_error)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(crash)
