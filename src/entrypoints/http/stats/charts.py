"""Charts on their way out: an image, whatever somebody calls their events."""

from typing import Any, Final

from fastapi import Response

MEDIA: Final = "image/svg+xml"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Should anything get in that runs, it does not: neither as a document of its own."""

DRAWN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The chart.", "content": {MEDIA: {}}}
}


def answer(drawn: bytes) -> Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(drawn, media_type=MEDIA, headers=headers)
