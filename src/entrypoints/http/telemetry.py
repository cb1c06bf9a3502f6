"""What happens around every request: its id, its span, its duration and its line in the log."""

import logging
import re
from asyncio import sleep
from collections.abc import Mapping
from os import urandom
from time import perf_counter
from typing import NamedTuple

from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.telemetry import Metrics, NullMetrics, request_id

access = logging.getLogger("core_api.access")

DURATION = "http_server_request_duration_seconds"
UNMATCHED = "(unmatched)"
NOTED = "noted"
FAILED = 500
GONE = 499
"""What proxies note when the client left before there was an answer."""

PROBES = frozenset({"/livez", "/readyz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
READ_HEADERS = frozenset({b"x-request-id", b"traceparent", b"tracestate"})
PROPAGATOR = TraceContextTextMapPropagator()


class TelemetryMiddleware:
    """Put it around everything else, so that what others answer carries the id too."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics | None = None, tracer: trace.Tracer | None = None
    ) -> None:
        self._app = app
        self._active = 0
        self.connect(metrics or NullMetrics(), tracer)

    def connect(self, metrics: Metrics, tracer: trace.Tracer | None = None) -> None:
        """Say where numbers and spans go: the stack may be built before that is known."""
        self._metrics = metrics
        self._tracer = tracer
        metrics.gauge("http_server_active_requests", lambda: self._active)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value for name, value in scope["headers"] if name in READ_HEADERS}
        answer = Answer(send, _identify(headers))
        scope.setdefault("state", {})["request_id"] = answer.request_id
        token = request_id.set(answer.request_id)
        if scope["path"] in PROBES:
            await self._app(scope, receive, answer.send)
        elif self._tracer is None:
            await self._measured(scope, receive, answer, None)
        else:
            await self._traced(scope, receive, answer, self._start(self._tracer, scope, headers))
        # Not after an exception: the server logs that, and its line needs the id.
        request_id.reset(token)

    def _start(self, tracer: trace.Tracer, scope: Scope, headers: dict[bytes, bytes]) -> trace.Span:
        parent = None
        if b"traceparent" in headers:
            parent = PROPAGATOR.extract(
                {name.decode(): value.decode("latin-1") for name, value in headers.items()}
            )
        return tracer.start_span(_method(scope), parent, trace.SpanKind.SERVER)

    async def _traced(
        self, scope: Scope, receive: Receive, answer: "Answer", span: trace.Span
    ) -> None:
        token = context.attach(trace.set_span_in_context(span))
        try:
            await self._measured(scope, receive, answer, span)
        finally:
            context.detach(token)
            span.end()

    async def _measured(
        self, scope: Scope, receive: Receive, answer: "Answer", span: trace.Span | None
    ) -> None:
        root = scope.get("root_path", "")
        error: str | None = None
        self._active += 1
        started = perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except Exception as raised:
            answer.status = answer.status or FAILED
            error = type(raised).__qualname__
            raise
        finally:
            seconds = perf_counter() - started
            self._active -= 1
            seen = Seen(_method(scope), template(scope, root), answer.status or GONE, error)
            self._metrics.observe(
                DURATION, seconds, method=seen.method, route=seen.route, status=seen.status
            )
            if access.isEnabledFor(logging.INFO):
                _log(seen, seconds, scope["state"].get(NOTED, {}))
            if span is not None and span.is_recording():
                _describe(span, scope, seen)


class Seen(NamedTuple):
    """What a request turned out to be."""

    method: str
    route: str
    status: int
    error: str | None


class Answer:
    """Passes the answer on, and remembers how it began.

    The loop writes what was sent when it is its turn again: it has one at the end of each answer,
    so that nobody waits for what is done after it.
    """

    __slots__ = ("_send", "request_id", "status")

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = (b"x-request-id", self.request_id.encode())
            message = {**message, "headers": [*message.get("headers", ()), own]}
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            await sleep(0)


def _identify(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if SANE_ID.fullmatch(given) else urandom(16).hex()


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in METHODS else "_OTHER"


def template(scope: Scope, root: str = "") -> str:
    """Return the route's template: one of a few, whatever the caller asked for.

    FastAPI keeps a route's own path apart from the prefixes it was included under. A mounted
    application's prefix is told only while it is static: `root` is where the outermost one began.
    """
    included = scope.get("fastapi") or {}
    route = included.get("effective_route_context") or scope.get("route")
    path = getattr(route, "path_format", None)
    mount = scope.get("root_path", "")[len(root) :]
    if mount and scope.get("path_params", {}).keys() - getattr(route, "param_convertors", ()):
        mount = "/(mounted)"
    if path is None:
        return f"{mount}/{{path}}" if mount else UNMATCHED
    return f"{mount}{path}"


def note(scope: Scope, **fields: object) -> None:
    """Have the request's line in the log say more: codes and ids, nothing else.

    So it tells who was refused what (ASVS 16.2.1, 16.3.2).
    """
    noted = scope.setdefault("state", {}).setdefault(NOTED, {})
    noted.update((name, value) for name, value in fields.items() if value is not None)


def _log(seen: Seen, seconds: float, noted: Mapping[str, object]) -> None:
    fields = {
        "method": seen.method,
        "route": seen.route,
        "status": seen.status,
        "duration_ms": round(seconds * 1000, 2),
        **{name: str(value) for name, value in noted.items()},
    }
    # Not access.info(): finding out which line of ours this is costs as much as the rest.
    access.handle(
        access.makeRecord(
            access.name, logging.INFO, "", 0, "%s %s %d", seen[:3], None, extra=fields
        )
    )


def _describe(span: trace.Span, scope: Scope, seen: Seen) -> None:
    """Name the span by what it turned out to be.

    No url.path, client.address or user_agent.original, though the conventions know them: paths
    hold file names and tokens, the others point at a person.
    """
    attributes: dict[str, str | int] = {
        "http.request.method": seen.method,
        "http.response.status_code": seen.status,
        "url.scheme": scope.get("scheme", "http"),
        "network.protocol.version": scope.get("http_version", "1.1"),
    }
    if seen.route != UNMATCHED:
        span.update_name(f"{seen.method} {seen.route}")
        attributes["http.route"] = seen.route
    if seen.status >= FAILED:
        attributes["error.type"] = seen.error or str(seen.status)
        span.set_status(trace.StatusCode.ERROR)
    span.set_attributes(attributes)
