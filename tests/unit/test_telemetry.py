import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import override

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request
from httpx import ASGITransport, AsyncClient
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import Message, Scope

from adapters.telemetry import Telemetry, TelemetryConfig
from adapters.telemetry.config import metrics_pushed
from core import exceptions
from core.telemetry import (
    INSTRUMENTS,
    NOTHING,
    Metrics,
    NullMetrics,
    NullTracer,
    request_id,
)
from entrypoints.http.telemetry import TelemetryMiddleware, access

CONFIG = TelemetryConfig(service_name="core-api", service_version="1.2.3", environment="test")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


@pytest.fixture(autouse=True)
def no_otel_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)


class Recorder:
    """A telemetry that keeps its spans, and shuts down in order to show them."""

    def __init__(self, *, ratio: float = 1.0, environ: dict[str, str] | None = None) -> None:
        self._exporter = InMemorySpanExporter()
        config = CONFIG.evolve(tracing=True, sample_ratio=ratio)
        self.telemetry = Telemetry(config, environ or {}, exporter=self._exporter)
        self.tracer = self.telemetry.tracer

    def spans(self) -> dict[str, ReadableSpan]:
        self.telemetry.shutdown()
        return {span.name: span for span in self._exporter.get_finished_spans()}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    yield recorder
    recorder.telemetry.shutdown()


def ids(span: ReadableSpan) -> tuple[str, str]:
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


def parent(span: ReadableSpan) -> str | None:
    return span.parent and f"{span.parent.span_id:016x}"


# --- Spans ----------------------------------------------------------------------------------------


def test_a_span_inside_another_is_its_child(recorder: Recorder) -> None:
    with recorder.tracer.span("outer"), recorder.tracer.span("inner"):
        pass

    spans = recorder.spans()
    assert parent(spans["inner"]) == ids(spans["outer"])[1]
    assert parent(spans["outer"]) is None


def test_spans_one_after_another_are_siblings(recorder: Recorder) -> None:
    with recorder.tracer.span("request"):
        with recorder.tracer.span("first"):
            pass
        with recorder.tracer.span("second"):
            pass

    spans = recorder.spans()
    assert parent(spans["second"]) == parent(spans["first"]) == ids(spans["request"])[1]


def test_a_span_keeps_its_attributes_and_kind(recorder: Recorder) -> None:
    with recorder.tracer.span("SELECT users", {"db.system.name": "postgresql"}, "client"):
        pass

    span = recorder.spans()["SELECT users"]
    assert dict(span.attributes or {}) == {"db.system.name": "postgresql"}
    assert span.kind is SpanKind.CLIENT


def test_of_an_exception_a_span_keeps_the_type_alone(recorder: Recorder) -> None:
    with pytest.raises(RuntimeError), recorder.tracer.span("doomed"):
        raise RuntimeError("ada@example.com typed hunter2")

    span = recorder.spans()["doomed"]
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {}) == {"error.type": "RuntimeError"}
    assert "hunter2" not in span.to_json()


def test_a_refusal_is_told_but_is_no_failure(recorder: Recorder) -> None:
    with pytest.raises(exceptions.RateLimited), recorder.tracer.span("refused"):
        raise exceptions.RateLimited

    span = recorder.spans()["refused"]
    assert span.status.status_code is StatusCode.UNSET
    assert dict(span.attributes or {}) == {"error.type": "rate_limited"}


def test_the_resource_says_who_tells(recorder: Recorder) -> None:
    with recorder.tracer.span("any"):
        pass

    about = recorder.spans()["any"].resource.attributes
    assert about["service.name"] == "core-api"
    assert about["service.version"] == "1.2.3"
    assert about["deployment.environment.name"] == "test"


def test_opentelemetrys_variables_have_the_last_word_on_who_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "renamed")
    recorder = Recorder()
    with recorder.tracer.span("any"):
        pass

    assert recorder.spans()["any"].resource.attributes["service.name"] == "renamed"


# --- Sampling -------------------------------------------------------------------------------------


def test_a_ratio_of_zero_exports_nothing() -> None:
    recorder = Recorder(ratio=0)
    with recorder.tracer.span("outer"), recorder.tracer.span("inner"):
        pass

    assert recorder.spans() == {}


def test_below_a_trace_that_was_sampled_out_no_span_is_made() -> None:
    recorder = Recorder(ratio=0)
    with recorder.tracer.span("outer"):
        assert recorder.tracer.span("inner") is NOTHING
    recorder.telemetry.shutdown()


def test_a_caller_who_samples_is_followed_whatever_the_ratio() -> None:
    recorder = Recorder(ratio=0)
    with recorder.tracer.continued(CALLER), recorder.tracer.span("followed"):
        pass

    assert ids(recorder.spans()["followed"])[0] == TRACE


def test_a_caller_who_does_not_sample_is_followed_too(recorder: Recorder) -> None:
    carrier = {"traceparent": CALLER["traceparent"].removesuffix("1") + "0"}
    with recorder.tracer.continued(carrier), recorder.tracer.span("outer"):
        assert recorder.tracer.context()["traceparent"].startswith(f"00-{TRACE}-")

    assert recorder.spans() == {}


def test_opentelemetrys_sampler_replaces_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    recorder = Recorder(ratio=1, environ=dict(os.environ))
    with recorder.tracer.span("any"):
        pass

    assert recorder.spans() == {}


# --- From one process to the next -----------------------------------------------------------------


def test_a_job_continues_the_trace_of_who_deferred_it(recorder: Recorder) -> None:
    with recorder.tracer.span("request"):
        payload = json.dumps({"telemetry": recorder.tracer.context()})

    carrier = json.loads(payload)["telemetry"]
    with recorder.tracer.continued(carrier), recorder.tracer.span("job", kind="consumer"):
        pass

    spans = recorder.spans()
    assert ids(spans["job"])[0] == ids(spans["request"])[0]
    assert parent(spans["job"]) == ids(spans["request"])[1]


def test_after_a_job_nothing_is_continued(recorder: Recorder) -> None:
    with recorder.tracer.continued(CALLER):
        pass

    assert recorder.tracer.context() == {}


@pytest.mark.parametrize("carrier", [{}, {"traceparent": "nonsense"}])
def test_an_empty_or_broken_carrier_begins_a_trace(
    recorder: Recorder, carrier: dict[str, str]
) -> None:
    with recorder.tracer.continued(carrier), recorder.tracer.span("job"):
        pass

    assert parent(recorder.spans()["job"]) is None


# --- Off ------------------------------------------------------------------------------------------


def test_tracing_off_means_one_shared_nothing() -> None:
    tracer = Telemetry(CONFIG).tracer

    assert isinstance(tracer, NullTracer)
    assert tracer.span("any", {"a": 1}, "client") is tracer.continued(CALLER) is NOTHING
    assert tracer.context() == {}


@pytest.mark.parametrize(
    ("environ", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_opentelemetrys_variables_turn_tracing_on_and_off(
    environ: dict[str, str], *, on: bool
) -> None:
    telemetry = Telemetry(CONFIG, environ, exporter=InMemorySpanExporter())

    assert (telemetry.server_tracer is not None) is on
    telemetry.shutdown()


@pytest.mark.parametrize(
    ("script", "loaded"),
    [
        ("telemetry.tracer, telemetry.configure_logging()", []),
        ("telemetry.metrics, telemetry.tracer", ["opentelemetry.sdk.metrics"]),
    ],
)
def test_what_is_off_is_not_even_imported(script: str, loaded: list[str]) -> None:
    heavy = ["opentelemetry.exporter.otlp", "opentelemetry.sdk.trace", "opentelemetry.sdk.metrics"]
    program = f"""
import sys
from adapters.telemetry import Telemetry, TelemetryConfig
from adapters.telemetry.config import metrics_pushed
telemetry = Telemetry(TelemetryConfig(service_name="x", service_version="1", environment="test"))
{script}
telemetry.shutdown()
print(*[name for name in {heavy} if name in sys.modules])
"""
    source = Path(__file__).parents[2] / "src"
    printed = subprocess.run(  # noqa: S603 - a program of our own
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(source)},
    ).stdout

    assert printed.split() == loaded


# --- Shutting down --------------------------------------------------------------------------------


class Stuck(InMemorySpanExporter):
    def __init__(self, release: threading.Event) -> None:
        super().__init__()
        self._release = release

    @override
    def shutdown(self) -> None:
        self._release.wait()


def test_a_dead_collector_does_not_delay_the_shutdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.telemetry.telemetry.FLUSH_SECONDS", 0.05)
    release = threading.Event()
    exporter: SpanExporter = Stuck(release)
    telemetry = Telemetry(CONFIG.evolve(tracing=True), exporter=exporter)
    with telemetry.tracer.span("any"):
        pass

    telemetry.shutdown()
    telemetry.shutdown()

    release.set()


# --- Metrics --------------------------------------------------------------------------------------


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    telemetry = Telemetry(CONFIG)
    yield telemetry
    telemetry.shutdown()


def rendered(telemetry: Telemetry) -> list[str]:
    text, content_type = telemetry.render_metrics()
    assert content_type.startswith("text/plain")
    return text.decode().splitlines()


def use(metrics: Metrics, name: str) -> None:
    instrument = INSTRUMENTS[name]
    labels: dict[str, str] = dict.fromkeys(instrument.labels, "x")
    match instrument.kind:
        case "counter":
            metrics.count(name, 1, **labels)
        case "histogram":
            metrics.observe(name, 0.2, **labels)
        case "gauge":
            metrics.gauge(name, lambda: {"x": 1.0} if labels else 1.0)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_metric_is_rendered_under_its_own_name(telemetry: Telemetry, name: str) -> None:
    instrument = INSTRUMENTS[name]
    use(telemetry.metrics, name)

    lines = rendered(telemetry)
    assert f"# HELP {name} {instrument.about}" in lines
    assert f"# TYPE {name} {instrument.kind}" in lines


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_null_metrics_take_what_the_real_ones_take(name: str) -> None:
    use(NullMetrics(), name)


def test_a_counter_counts_by_label(telemetry: Telemetry) -> None:
    telemetry.metrics.count("logins_total", outcome="success")
    telemetry.metrics.count("logins_total", 2, outcome="refused")

    lines = rendered(telemetry)
    assert 'logins_total{outcome="success"} 1.0' in lines
    assert 'logins_total{outcome="refused"} 2.0' in lines


def test_what_will_be_counted_stands_at_zero_before(telemetry: Telemetry) -> None:
    """Prometheus sees no increase in what begins at 1."""
    lines = rendered(telemetry)

    assert 'mails_sent_total{outcome="failed"} 0.0' in lines
    assert "billing_drift_total 0.0" in lines


def test_a_histogram_has_the_declared_buckets(telemetry: Telemetry) -> None:
    telemetry.metrics.observe("password_hash_duration_seconds", 0.03)

    lines = rendered(telemetry)
    assert 'password_hash_duration_seconds_bucket{le="0.025"} 0.0' in lines
    assert 'password_hash_duration_seconds_bucket{le="0.05"} 1.0' in lines
    assert "password_hash_duration_seconds_count 1.0" in lines


def test_a_gauge_is_read_when_somebody_looks(telemetry: Telemetry) -> None:
    size = {"idle": 4.0, "used": 0.0}
    telemetry.metrics.gauge("db_pool_connections", lambda: size)
    size["used"] = 3.0

    assert 'db_pool_connections{state="used"} 3.0' in rendered(telemetry)


@pytest.mark.parametrize(
    "metrics", [pytest.param(NullMetrics, id="null"), pytest.param(Telemetry, id="otel")]
)
def test_what_was_never_declared_is_refused(metrics: type[NullMetrics] | type[Telemetry]) -> None:
    telemetry = Telemetry(CONFIG)
    it = NullMetrics() if metrics is NullMetrics else telemetry.metrics

    with pytest.raises(KeyError):
        it.count("nonsense_total")
    with pytest.raises(KeyError):
        it.observe("logins_total", 1, outcome="success")
    with pytest.raises(KeyError):
        it.gauge("logins_total", lambda: 1)
    with pytest.raises(ValueError, match="outcome"):
        it.count("logins_total", user="ada")
    telemetry.shutdown()


@pytest.mark.parametrize(
    ("environ", "pushed"),
    [
        ({}, False),
        ({"OTEL_METRICS_EXPORTER": "prometheus, otlp"}, True),
        ({"OTEL_METRICS_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "True"}, False),
    ],
)
def test_metrics_are_pushed_when_opentelemetrys_variables_ask_for_it(
    environ: dict[str, str], *, pushed: bool
) -> None:
    assert metrics_pushed(environ) is pushed


def test_without_metrics_there_is_nothing_to_render() -> None:
    telemetry = Telemetry(CONFIG.evolve(metrics=False))

    assert isinstance(telemetry.metrics, NullMetrics)
    assert rendered(telemetry) == []


# --- HTTP -----------------------------------------------------------------------------------------


def product() -> FastAPI:
    """An application of the kind ours is: routers in routers, a mount, and ways to fail."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    organizations = APIRouter(prefix="/v1/organizations/{organization_id}")
    members = APIRouter(prefix="/members")
    mounted = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})

    @members.get("/{member_id}")
    async def member(request: Request, member_id: str) -> dict[str, str | None]:
        return {"state": request.state.request_id, "context": request_id.get(), "id": member_id}

    @mounted.get("/files/{name}")
    async def file(name: str) -> str:
        return name

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("hunter2")

    @app.get("/unavailable")
    async def unavailable() -> None:
        raise HTTPException(503)

    @app.get("/livez")
    async def livez() -> None: ...

    organizations.include_router(members)
    app.include_router(organizations)
    app.mount("/static", mounted)
    app.mount("/tenants/{tenant}", mounted)
    return app


def client_of(telemetry: Telemetry) -> AsyncClient:
    app = TelemetryMiddleware(product(), metrics=telemetry.metrics, tracer=telemetry.server_tracer)
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
async def client(recorder: Recorder) -> AsyncIterator[AsyncClient]:
    async with client_of(recorder.telemetry) as client:
        yield client


MEMBER = "/v1/organizations/o1/members/m1"
MEMBER_ROUTE = "/v1/organizations/{organization_id}/members/{member_id}"


@pytest.mark.parametrize("given", ["12345678", "A.b_c-9.", "x" * 64])
async def test_a_sane_request_id_is_kept(client: AsyncClient, given: str) -> None:
    response = await client.get(MEMBER, headers={"X-Request-ID": given})

    assert response.headers["x-request-id"] == given
    assert response.json() == {"state": given, "context": given, "id": "m1"}


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "has space", "<script>", "né-à-Paris", "a\tb-c-d-e"]
)
async def test_any_other_request_id_is_replaced(client: AsyncClient, given: str) -> None:
    response = await client.get(MEMBER, headers={b"X-Request-ID": given.encode()})

    made = response.headers["x-request-id"]
    assert len(made) == 32
    assert int(made, 16)
    assert response.json() == {"state": made, "context": made, "id": "m1"}


async def test_every_answer_carries_an_id_of_its_own(client: AsyncClient) -> None:
    paths = [MEMBER, MEMBER, "/nowhere", "/livez", "/unavailable", "/fails"]
    seen = [(await client.get(path)).headers["x-request-id"] for path in paths]

    assert len(set(seen)) == len(paths)


async def test_after_the_request_its_id_is_forgotten(client: AsyncClient) -> None:
    await client.get(MEMBER)

    assert request_id.get() is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (MEMBER, f"GET {MEMBER_ROUTE}"),
        ("/static/files/secret.pdf", "GET /static/files/{name}"),
        ("/static/nowhere", "GET /static/{path}"),
        ("/tenants/acme/files/secret.pdf", "GET /(mounted)/files/{name}"),
        ("/nowhere?token=hunter2", "GET"),
    ],
)
async def test_a_request_span_is_named_by_its_template(
    client: AsyncClient, recorder: Recorder, path: str, name: str
) -> None:
    await client.get(path)

    [span] = recorder.spans().values()
    assert span.name == name
    assert span.kind is SpanKind.SERVER
    for never in ("hunter2", "secret.pdf", "acme", "o1"):
        assert f"{never}" not in str(dict(span.attributes or {}))


async def test_a_request_span_has_the_stable_attributes(
    client: AsyncClient, recorder: Recorder
) -> None:
    await client.get(MEMBER)

    [span] = recorder.spans().values()
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.route": MEMBER_ROUTE,
        "network.protocol.version": "1.1",
        "url.scheme": "http",
    }
    assert span.status.status_code is StatusCode.UNSET


async def test_a_request_continues_its_callers_trace(
    client: AsyncClient, recorder: Recorder
) -> None:
    await client.get(MEMBER, headers=CALLER)

    [span] = recorder.spans().values()
    assert ids(span)[0] == TRACE
    assert parent(span) == "00f067aa0ba902b7"


@pytest.mark.parametrize(("path", "error"), [("/fails", "RuntimeError"), ("/unavailable", "503")])
async def test_a_5xx_is_an_error_without_its_message(
    client: AsyncClient, recorder: Recorder, path: str, error: str
) -> None:
    await client.get(path)

    [span] = recorder.spans().values()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == error
    assert "hunter2" not in span.to_json()


async def test_a_4xx_is_no_error(client: AsyncClient, recorder: Recorder) -> None:
    await client.get("/nowhere")

    [span] = recorder.spans().values()
    assert span.status.status_code is StatusCode.UNSET


async def test_requests_are_measured_by_method_template_and_status(
    client: AsyncClient, recorder: Recorder
) -> None:
    await client.get(MEMBER)
    await client.post(MEMBER)
    await client.get("/fails")
    await client.request("BREW", "/nowhere/at/all")

    counted = [
        line.removeprefix("http_server_request_duration_seconds_count")
        for line in rendered(recorder.telemetry)
        if line.startswith("http_server_request_duration_seconds_count")
    ]
    assert sorted(counted) == sorted(
        f'{{http_request_method="{method}",http_response_status_code="{status}",'
        f'http_route="{route}"}} 1.0'
        for method, status, route in [
            ("GET", 200, MEMBER_ROUTE),
            ("POST", 405, MEMBER_ROUTE),
            ("GET", 500, "/fails"),
            ("_OTHER", 404, "(unmatched)"),
        ]
    )


async def test_requests_are_active_until_they_end(recorder: Recorder) -> None:
    seen: list[str] = []

    async def look(scope: Scope, receive: object, send: object) -> None:
        seen.extend(rendered(recorder.telemetry))
        raise RuntimeError

    app = TelemetryMiddleware(look, metrics=recorder.telemetry.metrics)
    await ask(app, "/")

    assert "http_server_active_requests 1.0" in seen
    assert "http_server_active_requests 0.0" in rendered(recorder.telemetry)


async def ask(app: TelemetryMiddleware, path: str) -> list[Message]:
    """Ask the application itself, for what no HTTP client does."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    with pytest.raises(RuntimeError) if path == "/" else nullcontext():
        await app(scope, receive, send)
    return sent


async def test_a_client_who_left_is_told_apart(telemetry: Telemetry) -> None:
    async def nothing(scope: Scope, receive: object, send: object) -> None: ...

    await ask(TelemetryMiddleware(nothing, metrics=telemetry.metrics), "/slow")

    assert any('status_code="499"' in line for line in rendered(telemetry))


async def test_probes_are_neither_traced_nor_measured_nor_logged(
    client: AsyncClient, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, access.name):
        await client.get("/livez")

    assert not any("duration" in line for line in rendered(recorder.telemetry))
    assert recorder.spans() == {}
    assert [record for record in caplog.records if record.name == access.name] == []


async def test_the_access_log_has_a_line_a_request(
    client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, access.name):
        await client.get(f"{MEMBER}?token=hunter2")

    [record] = [record for record in caplog.records if record.name == access.name]
    assert record.getMessage() == f"GET {MEMBER_ROUTE} 200"
    fields = vars(record)
    assert fields["method"] == "GET"
    assert fields["route"] == MEMBER_ROUTE
    assert fields["status"] == 200
    assert 0 < fields["duration_ms"] < 10_000


async def test_spans_of_the_product_are_children_of_the_request(recorder: Recorder) -> None:
    async def app(scope: Scope, receive: object, send: object) -> None:
        with recorder.tracer.span("accounts.SignUp"):
            pass

    telemetry = recorder.telemetry
    middleware = TelemetryMiddleware(app, metrics=telemetry.metrics, tracer=telemetry.server_tracer)
    await ask(middleware, "/sign-up")

    spans = recorder.spans()
    assert parent(spans["accounts.SignUp"]) == ids(spans["GET"])[1]


async def test_where_spans_and_numbers_go_may_be_said_later(recorder: Recorder) -> None:
    async def nothing(scope: Scope, receive: object, send: object) -> None: ...

    middleware = TelemetryMiddleware(nothing)
    await ask(middleware, "/before")
    middleware.connect(recorder.telemetry.metrics, recorder.telemetry.server_tracer)
    await ask(middleware, "/after")

    assert any("duration_seconds_count" in line for line in rendered(recorder.telemetry))
    assert list(recorder.spans()) == ["GET"]


async def test_other_scopes_pass_untouched(telemetry: Telemetry) -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: object, send: object) -> None:
        seen.append(scope)

    async def unused() -> Message:
        raise NotImplementedError

    async def unsent(_: Message) -> None: ...

    scope = {"type": "lifespan"}
    await TelemetryMiddleware(app, metrics=telemetry.metrics)(scope, unused, unsent)

    assert seen == [{"type": "lifespan"}]
