"""What OpenAPI says of the service beyond its endpoints: errors that any of them may answer."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic_core import to_json

from core.exceptions import (
    ContentTooLarge,
    ImpersonationReadOnly,
    RateLimited,
    Unavailable,
    ValidationFailed,
)
from core.models import Model
from entrypoints.http import listing, problems
from entrypoints.http.bodies import BODILESS
from entrypoints.http.routing import WRITES

ALWAYS: Final = problems.responses(Unavailable)
WITH_INPUT: Final = problems.responses(ValidationFailed)
WITH_BODY: Final = problems.responses(ContentTooLarge)
FOR_ONLOOKERS: Final = problems.responses(ImpersonationReadOnly)
WITH_KEY: Final = problems.responses(RateLimited)
MALFORMED: Final = {
    "description": "`malformed_json`, `unknown_parameter` and the like: it can't be read.",
    "content": {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}},
}
BEARER: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The `access_token` of a login (RFC 6750), or an API key.",
}
IDEMPOTENCY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Send the same key with a repetition: it gets the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
}


def describe(app: FastAPI) -> None:
    """Complete the document that the framework makes of the endpoints, and serve it."""

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app)
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]
    app.add_route("/openapi.json", Document(app).answer, include_in_schema=False)


class Document:
    """The document as it is sent. It takes seconds to put together: once, and in a thread."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._written: asyncio.Task[bytes] | None = None

    async def answer(self, _: Request) -> Response:
        if self._written is None:
            self._written = asyncio.create_task(self._write())
        return Response(await asyncio.shield(self._written), media_type="application/json")

    async def _write(self) -> bytes:
        for model in below(Model):  # a thread must not build one that a request builds as well
            model.model_rebuild()
            await asyncio.sleep(0)
        return await asyncio.to_thread(lambda: to_json(self._app.openapi()))


def below[M: BaseModel](kind: type[M]) -> Iterator[type[M]]:
    """Yield the models that are loaded of a kind."""
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def _completed(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"bearer": BEARER}
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem} | listing.SCHEMAS
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method.upper(), operation)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None) if "HTTPValidationError" in str(responses.get("422")) else None
    extra = dict(ALWAYS)
    if "requestBody" in operation or operation.get("parameters"):
        extra |= WITH_INPUT
    if "requestBody" in operation:
        extra |= WITH_BODY
    if operation.get("security") and method not in BODILESS:
        extra |= FOR_ONLOOKERS
    if operation.get("security"):
        extra |= WITH_KEY
    if "parameters" in operation:
        # Told twice, a parameter is as its route describes it, and not as the framework does.
        named = {(one["in"], one["name"]): one for one in operation["parameters"]}
        operation["parameters"] = list(named.values())
    for status, response in extra.items():
        responses.setdefault(str(status), response)
    responses.setdefault("400", MALFORMED)
    if method in WRITES and not _asks_alone(path) and operation.get("security"):
        operation.setdefault("parameters", []).append(IDEMPOTENCY)
        for error in ("409", "422"):
            responses.setdefault(error, _reused(error))


def _asks_alone(path: str) -> bool:
    """Tell whether nothing there is remembered of a request, whatever its method."""
    return "/auth/" in path or path.startswith("/ofrep/")


def _reused(status: str) -> dict[str, Any]:
    about = {
        "409": "`idempotency_key_in_flight`: the first request is still running.",
        "422": "`idempotency_key_reused`: the key was used for another request.",
    }
    content = {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}}
    return {"description": about[status], "content": content}
