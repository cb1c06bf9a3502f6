"""Bytes on their way out: conditions, ranges (RFC 9110), headers that keep them harmless."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from core.storage.exceptions import RangeNotSatisfiable
from core.storage.models import Content

HARMLESS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Whoever has the address may show it on a page of theirs; nothing of it runs as one of ours."""

REVALIDATED: Final = "private, no-cache"
SPARE: Final = 30
"""Seconds before a signed address runs out from which on nobody should go by an old redirect."""

BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The bytes.", "content": {"*/*": {}}},
    206: {"description": "Some of the bytes.", "content": {"*/*": {}}},
    304: {"description": "You have them already."},
}

_RANGE: Final = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


async def answer(request: Request, content: Content, cache: str = REVALIDATED) -> Response:
    """Send a file, or as much of it as was asked for."""
    if content.redirect is not None:
        left = (content.redirect.expires_at - datetime.now(UTC)).total_seconds()
        headers = {
            "Location": content.redirect.url,
            "Cache-Control": f"private, max-age={max(0, int(left) - SPARE)}",
        }
        return Response(status_code=HTTPStatus.FOUND, headers=headers)
    etag = f'"{content.etag}"'
    headers = HARMLESS | {"ETag": etag, "Cache-Control": cache, "Accept-Ranges": "bytes"}
    if _known(request.headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers |= {
        "Content-Type": content.content_type,
        "Content-Disposition": content.content_disposition,
    }
    wanted = _range(request, content, etag)
    start, stop = wanted or (0, content.size)
    headers["Content-Length"] = str(stop - start)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    status = HTTPStatus.OK if wanted is None else HTTPStatus.PARTIAL_CONTENT
    if request.method == "HEAD" or start == stop:
        return Response(status_code=status, headers=headers)
    return StreamingResponse(
        await _begun(content.stream(start, stop)), status_code=status, headers=headers
    )


async def _begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Wait for the first bytes: that there are none can only be told before an answer begins."""
    first = await anext(chunks)

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_of_it()


def _known(condition: str | None, etag: str) -> bool:
    """Compare entity tags weakly (RFC 9110 13.1.2)."""
    if condition is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return "*" in tags or etag in tags


def _range(request: Request, content: Content, etag: str) -> tuple[int, int] | None:
    """Return where the wanted bytes begin and end; None sends all of them.

    Several ranges at once, other units and what makes no sense are ignored, as RFC 9110 14.2 lets
    a server; only a range that begins after the end is refused.
    """
    header = request.headers.get("range")
    if header is None or request.method != "GET":
        return None
    if request.headers.get("if-range", etag) != etag:
        return None
    found = _RANGE.fullmatch(header.strip())
    if found is None or header.strip() == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, content.size - int(last)), content.size
        if int(last) == 0 or content.size == 0:
            raise RangeNotSatisfiable(size=content.size)
        return start, stop
    start, stop = int(first), min(int(last) + 1, content.size) if last else content.size
    if last and int(last) < start:
        return None
    if start >= content.size:
        raise RangeNotSatisfiable(size=content.size)
    return start, stop
