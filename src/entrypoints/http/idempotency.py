"""The Idempotency-Key header, as draft-ietf-httpapi-idempotency-key-header asks."""

import re
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any, Final

from fastapi import Request, Response

from core.exceptions import Malformed
from core.stored import StoredAnswer
from entrypoints.http.dependencies import application, authenticate

HEADER: Final = "idempotency-key"
KEPT: Final = ("content-type", "etag", "location")
_SANE: Final = re.compile(r"[\x21-\x7e]{1,255}")


class IdempotencyKeyInvalid(Malformed):
    """An idempotency key is 1 to 255 visible ASCII characters."""


async def replayed(
    request: Request, handler: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    """Answer a request once, and every repetition of it with the same answer.

    The answer is stored in the transaction of what it answers: there is never one without the
    other. A request that was refused stores nothing and may be sent again.
    """
    key = key_of(request) or ""
    if "authorization" not in request.headers:
        return await handler(request)
    actor = (await authenticate(request)).actor
    owner = f"{actor.kind}:{actor.api_key_id or actor.user_id}"
    container = application(request).container
    fingerprint = await _fingerprint(request)
    async with container.transaction()(joined=True):
        keys = container.idempotency_keys()
        stored = await keys.claim(owner, key, fingerprint)
        if stored is not None:
            headers = stored.headers | {"Idempotency-Replayed": "true"}
            return Response(stored.body, stored.status, headers)
        response = await handler(request)
        kept = {name: response.headers[name] for name in KEPT if name in response.headers}
        await keys.keep(
            owner,
            key,
            fingerprint,
            StoredAnswer(status=response.status_code, headers=kept, body=bytes(response.body)),
        )
        return response


def key_of(request: Request) -> str | None:
    """Return the key that a request carries, if any; refuse one that makes no sense."""
    key = request.headers.get(HEADER)
    if key is not None and not _SANE.fullmatch(key):
        raise IdempotencyKeyInvalid
    return key


async def _fingerprint(request: Request) -> bytes:
    """Tell requests apart: method, path, query and body."""
    method, path, query = (request.scope[it] for it in ("method", "path", "query_string"))
    digest = sha256(f"{method} {path}?".encode() + query + b"\n")
    digest.update(await request.body())
    return digest.digest()
