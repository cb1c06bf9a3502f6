"""How much a request may carry. Told before anything is read, and kept to while it is."""

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from core.exceptions import ContentTooLarge

LIMIT: Final = 1024 * 1024
BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def limited(scope: Scope, receive: Receive, limit: int | None = LIMIT) -> Receive:
    """Refuse a body that says it is too large; return what stops one that turns out to be."""
    if limit is None:
        return receive
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if int(declared) > limit:
        raise ContentTooLarge(f"Send at most {limit} bytes.")
    if scope["method"] in BODILESS:
        return receive
    left = limit

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            # The framework would take any other exception for a body it can't parse.
            raise HTTPException(HTTPStatus.CONTENT_TOO_LARGE, f"Send at most {limit} bytes.")
        return message

    return counted
