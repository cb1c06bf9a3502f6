"""Events as they are sent: JSON, lines of it, or CloudEvents."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import from_json

from core.exceptions import Unsupported
from core.stats import schemas

EXAMPLE: Final = {"name": "order.placed", "subject": "user-17", "props": {"amount": 12.5}}
CLOUD: Final = {
    "specversion": "1.0",
    "id": "order-4711",
    "source": "/shop",
    "type": "order.placed",
    "time": "2026-05-20T12:00:00Z",
    "data": {"amount": 12.5},
}


class MediaTypeUnsupported(Unsupported):
    """Events come as JSON, as lines of JSON, or as CloudEvents."""


def _own(body: bytes) -> Any:
    told = from_json(body)
    return told if isinstance(told, dict) and "events" in told else {"events": [told]}


def _lines(body: bytes) -> Any:
    return {"events": [from_json(line) for line in body.splitlines() if line.strip()]}


def _cloud_event(body: bytes) -> Any:
    return {"format": "cloudevents", "events": [from_json(body)]}


def _cloud_events(body: bytes) -> Any:
    return {"format": "cloudevents", "events": from_json(body)}


READERS: Final[dict[str, Callable[[bytes], Any]]] = {
    "application/json": _own,
    "application/x-ndjson": _lines,
    "application/cloudevents+json": _cloud_event,
    "application/cloudevents-batch+json": _cloud_events,
}

DOCUMENTED: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "Up to 1,000 events, in 1 MiB.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "One event, or `events`, a list of them.",
                    "properties": {
                        "events": {
                            "type": "array",
                            "items": {"type": "object"},
                            "minItems": 1,
                            "maxItems": 1000,
                        }
                    },
                },
                "example": {"events": [EXAMPLE]},
            },
            "application/x-ndjson": {
                "schema": {"type": "string", "description": "An event a line."}
            },
            "application/cloudevents+json": {"schema": {"type": "object"}, "example": CLOUD},
            "application/cloudevents-batch+json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [CLOUD],
            },
        },
    }
}


async def _told(request: Request) -> schemas.Ingest:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    reader = READERS.get(media)
    if reader is None:
        raise MediaTypeUnsupported(f"Send one of: {', '.join(READERS)}.")
    body = await request.body()
    if not body.strip():
        wrong = {"type": "missing", "loc": ("body",), "msg": "Events are missing."}
        raise RequestValidationError([wrong])
    try:
        told = reader(body)
    except ValueError as error:
        wrong = {"type": "json_invalid", "loc": ("body",), "msg": str(error)}
        raise RequestValidationError([wrong]) from None
    try:
        return schemas.Ingest.model_validate(told)
    except ValidationError as error:
        found = [one | {"loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(found) from None


Told = Annotated[schemas.Ingest, Depends(_told)]
