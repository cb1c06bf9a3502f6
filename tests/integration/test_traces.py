"""One trace runs from the request through its use case and its SQL to the job it left behind."""

import gzip
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, override

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.integration.service import PATIENCE, Person, Service


class Collector:
    """Takes spans over OTLP, as a collector does."""

    def __init__(self) -> None:
        spans: list[Any] = []

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
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    try:
        yield collector
    finally:
        collector.close()


def test_a_registration_is_one_trace_to_the_mail_it_sends(
    tmp_path: Path, collector: Collector
) -> None:
    traced = Service(tmp_path, trace_sample_ratio="1")
    port = collector.server.server_port
    traced.environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{port}"
    traced.environment["OTEL_BSP_SCHEDULE_DELAY"] = "100"
    with traced:
        bob = Person(traced, "bob@example.com")
        bob.register()
        traced.mailed_token(bob.email, "/verify-email")
        deadline = time.monotonic() + PATIENCE
        names: set[str] = set()
        while "job mails.send" not in names and time.monotonic() < deadline:
            time.sleep(0.1)
            roots = [one for one in collector.spans if one.name == "POST /v1/auth/register"]
            names = {
                one.name for one in collector.spans if roots and one.trace_id == roots[0].trace_id
            }

    assert names >= {
        "POST /v1/auth/register",
        "use case RegisterUser",
        "INSERT accounts.users",
        "defer mails.send",
        "job mails.send",
        "use case SendMail",
    }
    told = " ".join(str(one) for one in collector.spans)
    assert bob.email not in told
