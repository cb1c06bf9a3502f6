"""What flags say, as OpenFeature's SDKs ask for it: OFREP, the remote evaluation protocol.

https://github.com/open-feature/protocol. What is refused is a problem like any other, with the
members that OFREP wants besides: `key`, `errorCode` and `errorDetails`.
"""

from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final, override

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import from_json, to_json
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from core.exceptions import CoreError, Malformed, PermissionDenied
from core.management.flags import exceptions, schemas, service
from core.management.flags.fields import FlagKey
from core.models import Actor, Model
from entrypoints.http import problems
from entrypoints.http.accounts.me import UNKNOWN
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import Handler, OwnIdempotencyRoute
from entrypoints.http.routing import router as make_router


class MalformedJson(Malformed):
    """This is not JSON."""


API_KEY: Final = "x-api-key"
MEDIA: Final = "application/json"
CODES: Final[dict[type[CoreError], str]] = {
    MalformedJson: "PARSE_ERROR",
    exceptions.FlagNotFound: "FLAG_NOT_FOUND",
    exceptions.TargetingKeyMissing: "TARGETING_KEY_MISSING",
    exceptions.ContextInvalid: "INVALID_CONTEXT",
}


class OfrepRoute(OwnIdempotencyRoute):
    """Takes an API key in either of the headers that OFREP knows, and refuses in its words."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().handle(_with_key(scope), receive, send)

    @override
    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError:  # of the key in the path: no flag has such a one
                return await _refused(request, exceptions.FlagNotFound())
            except CoreError as error:
                return await _refused(request, error)

        return handle


def _with_key(scope: Scope) -> Scope:
    """Take a key in a header of its own for what it is, where there is no other."""
    headers = Headers(scope=scope)
    if API_KEY not in headers or "authorization" in headers:
        return scope
    bearer = (b"authorization", f"Bearer {headers[API_KEY]}".encode("latin-1"))
    return {**scope, "headers": [*scope["headers"], bearer]}


async def _refused(request: Request, error: CoreError) -> Response:
    error.members = error.members | {
        "key": request.path_params.get("flag_key"),
        "errorCode": CODES.get(type(error), "GENERAL"),
        "errorDetails": error.detail or error.title,
    }
    return await problems.core_error(request, error)


async def _context(request: Request) -> dict[str, Any] | None:
    """Read who asks; what else a client sends is of no matter, and an empty body is nobody's."""
    body = await request.body()
    try:
        told = from_json(body, allow_inf_nan=False) if body.strip() else {}
    except ValueError:
        raise MalformedJson from None
    if not isinstance(told, dict):
        raise exceptions.ContextInvalid
    context = told.get("context")
    if context is not None and not isinstance(context, dict):
        raise exceptions.ContextInvalid
    return context


def _of_a_key(actor: Actor) -> Actor:
    if actor.organization_id is None:
        raise PermissionDenied("Ask with an API key: it says whose flags are meant.")
    return actor


class Evaluations(Model):
    flags: list[schemas.Evaluated | schemas.Unevaluated]


BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "Who asks. What else there is in it is ignored.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "context": {
                            "type": ["object", "null"],
                            "properties": {"targetingKey": {"type": ["string", "null"]}},
                        }
                    },
                },
                "example": {"context": {"targetingKey": "user-1", "country": "de"}},
            }
        },
    }
}
SEEN: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The ETag of what was said before: 304 if it still is.",
            "schema": {"type": "string"},
        }
    ]
}
REFUSED: Final = UNKNOWN | problems.responses(MalformedJson, exceptions.ContextInvalid)

router = make_router("/ofrep/v1/evaluate/flags", "ofrep", route_class=OfrepRoute)


@router.post(
    "/{flag_key}",
    response_model=schemas.Evaluated,
    openapi_extra=BODY,
    responses=REFUSED
    | problems.responses(
        *(MalformedJson, exceptions.ContextInvalid, exceptions.TargetingKeyMissing),
        exceptions.FlagNotFound,
    ),
)
async def evaluate_flag(
    request: Request, flag_key: FlagKey, actor: CurrentActor, evaluate: Use[service.EvaluateFlag]
) -> Response:
    """Ask what a flag says to somebody; the API key says whose flag it is."""
    query = schemas.EvaluateFlag.model_construct(key=flag_key, context=await _context(request))
    return Response(to_json(await evaluate(query, _of_a_key(actor))), media_type=MEDIA)


@router.post(
    "",
    response_model=Evaluations,
    openapi_extra=BODY | SEEN,
    responses=REFUSED | {HTTPStatus.NOT_MODIFIED.value: {"description": "It says the same."}},
)
async def evaluate_flags(
    request: Request, actor: CurrentActor, evaluate: Use[service.EvaluateFlags]
) -> Response:
    """Ask what all flags say to somebody; each that can't say anything says why."""
    query = schemas.EvaluateFlags.model_construct(context=await _context(request))
    said = to_json({"flags": await evaluate(query, _of_a_key(actor))})
    tag = f'"{sha256(said).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return Response(said, media_type=MEDIA, headers={"ETag": tag})
