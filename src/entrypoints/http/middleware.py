"""What every answer carries. Pure ASGI: a BaseHTTPMiddleware costs as much as a query."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
API_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
HSTS: Final = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
NO_STORE: Final = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds what browsers must know, unless an answer says it itself, as our pages do.

    What the API answers is not cached: it belongs to whoever asked.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = (*HEADERS, API_POLICY, NO_STORE, *((HSTS,) if https else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                names = {name for name, _ in given}
                added = (one for one in self._headers if one[0] not in names)
                message["headers"] = [*given, *added]
            await send(message)

        await self._app(scope, receive, secured)
