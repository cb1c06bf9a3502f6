"""What takes spans over OTLP, as a collector does."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import override

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.service import PATIENCE

SOON = {"OTEL_BSP_SCHEDULE_DELAY": "100"}
"""Has a service export at once, and not in five seconds."""


class Collector:
    """Keeps the spans that arrive."""

    def __init__(self) -> None:
        spans: list[Span] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        spans.extend(scope.spans)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            @override
            def log_message(self, *_: object) -> None: ...

        self.spans = spans
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def variables(self) -> dict[str, str]:
        """Return what has a service send its spans here."""
        at = f"http://127.0.0.1:{self._server.server_port}"
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": at} | SOON

    @contextmanager
    def listening(self) -> Iterator["Collector"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def trace_of(self, name: str) -> list[Span]:
        """Return all that arrived of the traces that a span of this name is in."""
        found = list(self.spans)
        traces = {one.trace_id for one in found if one.name == name}
        return [one for one in found if one.trace_id in traces]

    def awaited(self, name: str, enough: Callable[[set[str]], bool]) -> list[Span]:
        """Return the traces that a span is in once the names in them are enough."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.trace_of(name)
            if enough({one.name for one in found}):
                return found
            time.sleep(0.1)
        raise TimeoutError(sorted({one.name for one in self.trace_of(name)}))

    def line(self, begin: str, end: str) -> list[Span]:
        """Return the spans from one down to one that it led to, once all between have arrived.

        What is outer ends later, and so does it arrive.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            trace = self.trace_of(begin)
            for one in trace:
                line = _above(one, trace) if one.name == end else []
                if line and line[0].name == begin:
                    return line
            time.sleep(0.1)
        raise TimeoutError(sorted({one.name for one in self.trace_of(begin)}))


def _above(span: Span, trace: list[Span]) -> list[Span]:
    """Return all that a span is in, the outermost first, and itself."""
    known = {one.span_id: one for one in trace}
    line = [span]
    while line[-1].parent_span_id in known:
        line.append(known[line[-1].parent_span_id])
    return line[::-1]
