"""A collector that takes every span and keeps none: it only counts what arrives."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import override

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector(ThreadingHTTPServer):
    """Speaks OTLP over http/protobuf; every service sends to a path of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._batches: list[tuple[str, bytes]] = []

    def endpoint(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"

    def take(self, path: str, batch: bytes) -> None:
        self._batches.append((path, batch))

    def spans(self, name: str) -> int:
        """Count the spans a service has sent; parsed only now, when nobody is measured."""
        return sum(
            len(scope.spans)
            for path, batch in self._batches
            if path.startswith(f"/{name}/")
            for resource in ExportTraceServiceRequest.FromString(batch).resource_spans
            for scope in resource.scope_spans
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.take(self.path, body)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    thread = Thread(target=collector.serve_forever, name="collector", daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.shutdown()
        collector.server_close()
