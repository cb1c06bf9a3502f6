import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from _pytest.logging import LogCaptureHandler
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from adapters.telemetry import Telemetry, TelemetryConfig
from core.telemetry import request_id

CONFIG = TelemetryConfig(
    service_name="core-api", service_version="1", environment="test", log_format="json"
)
log = logging.getLogger("core_api.test")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = True


class Lines:
    """What was logged, as it was written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def __iter__(self) -> Iterator[str]:
        return iter(self.stream.getvalue().splitlines())

    def only(self) -> dict[str, Any]:
        [line] = self
        parsed: dict[str, Any] = json.loads(line)
        return parsed


@pytest.fixture
def lines() -> Lines:
    lines = Lines()
    Telemetry(CONFIG).configure_logging(lines.stream)
    return lines


@pytest.fixture
def console() -> Lines:
    lines = Lines()
    Telemetry(CONFIG.evolve(log_format="console")).configure_logging(lines.stream)
    return lines


def test_a_line_is_an_object_of_what_when_and_where(lines: Lines) -> None:
    log.warning("disk is %d%% full", 91, extra={"free_bytes": 12, "healthy": False})

    line = lines.only()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("ts"))
    assert line == {
        "level": "warning",
        "logger": "core_api.test",
        "message": "disk is 91% full",
        "free_bytes": 12,
        "healthy": False,
    }


def test_a_line_carries_the_id_of_the_request(lines: Lines) -> None:
    token = request_id.set("0123456789abcdef")
    log.info("hello")
    request_id.reset(token)

    assert lines.only()["request_id"] == "0123456789abcdef"


def test_a_line_carries_the_ids_of_the_span() -> None:
    lines, exporter = Lines(), InMemorySpanExporter()
    telemetry = Telemetry(CONFIG.evolve(tracing=True, sample_ratio=1), exporter=exporter)
    telemetry.configure_logging(lines.stream)
    with telemetry.tracer.span("work"):
        log.info("inside")
    telemetry.shutdown()

    [span] = exporter.get_finished_spans()
    assert span.context is not None
    assert lines.only()["trace_id"] == f"{span.context.trace_id:032x}"
    assert lines.only()["span_id"] == f"{span.context.span_id:016x}"


def test_outside_of_a_span_there_are_no_ids() -> None:
    lines = Lines()
    telemetry = Telemetry(CONFIG.evolve(tracing=True), exporter=InMemorySpanExporter())
    telemetry.configure_logging(lines.stream)
    log.info("outside")

    assert "trace_id" not in lines.only()


def test_an_exception_is_a_field_of_one_line(lines: Lines) -> None:
    try:
        raise ValueError("no such thing as ada@example.com")
    except ValueError:
        log.exception("it broke")

    error = lines.only()["exception"]
    assert error["type"] == "builtins.ValueError"
    assert error["message"] == "no such thing as [redacted]"
    assert error["stack"].startswith("Traceback")
    assert "ada@" not in error["stack"]


def test_a_field_does_not_take_the_place_of_ours(lines: Lines) -> None:
    log.info("hello", extra={"level": "fatal", "ts": "never"})

    assert lines.only()["level"] == "info"
    assert lines.only()["ts"] != "never"


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "new_password",
        "access_token",
        "client_secret",
        "Authorization",
        "email",
        "Cookie",
    ],
)
def test_a_field_that_names_a_secret_is_redacted(lines: Lines, key: str) -> None:
    log.info("hello", extra={key: "hunter2", "nested": {"deeper": [{key: 42}]}})

    line = lines.only()
    assert line[key] == "[redacted]"
    assert line["nested"] == {"deeper": [{key: "[redacted]"}]}


def test_whether_there_is_a_secret_is_no_secret(lines: Lines) -> None:
    log.info("hello", extra={"email_verified": True, "token": None})

    assert lines.only()["email_verified"] is True
    assert lines.only()["token"] is None


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abc.def-123",
        "bearer    x9",
        "Basic dXNlcjpwYXNz",
        "crt_AbC-123_x",
        "cak_018f_secret",
        "sk_live_51H",
        "whsec_abc",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "ada.lovelace+news@mail.example.co.uk",
    ],
)
def test_what_looks_like_a_secret_is_redacted_wherever_it_stands(lines: Lines, secret: str) -> None:
    log.info("before %s, after", secret, extra={"note": f"<{secret}>", "many": [secret]})

    line = lines.only()
    assert line["message"] == "before [redacted], after"
    assert line["note"] == "<[redacted]>"
    assert line["many"] == ["[redacted]"]


def test_a_database_address_loses_its_password(lines: Lines) -> None:
    log.info("connecting to postgresql://core:hunter2@db:5432/core")

    assert lines.only()["message"] == "connecting to postgresql://[redacted]@db:5432/core"


@pytest.mark.parametrize(
    "text", ["a basic test", "tasks_total", "crt is a monitor", "5 @ 3", "GET /v1/me 200"]
)
def test_what_only_resembles_a_secret_is_left_alone(lines: Lines, text: str) -> None:
    log.info(text)

    assert lines.only()["message"] == text


def test_anything_can_be_a_field(lines: Lines) -> None:
    endless: list[object] = []
    endless.append(endless)
    some_id = UUID(int=7)
    log.info(
        "hello",
        extra={
            "id": some_id,
            "hidden": SecretStr("hunter2"),
            "raw": b"\xff\x00",
            "kinds": {"a"},
            "endless": endless,
            "nan": float("nan"),
        },
    )

    [text] = lines
    assert "hunter2" not in text
    line = json.loads(text)
    assert line["id"] == str(some_id)
    assert line["kinds"] == ["a"]
    assert line["raw"] == "[2 left out]"


def test_a_lone_surrogate_does_not_lose_the_line(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest's own handlers keep lines for its report, which can't tell of this one.
    ours = [one for one in logging.root.handlers if not isinstance(one, LogCaptureHandler)]
    monkeypatch.setattr(logging.root, "handlers", ours)
    log.info("half \ud800 a pair")

    assert lines.only()["message"] == "half \ud800 a pair"


def test_lines_below_the_level_are_left_out(lines: Lines) -> None:
    log.debug("hush")

    assert list(lines) == []


def test_the_servers_own_lines_come_the_same_way(lines: Lines) -> None:
    server = logging.getLogger("uvicorn.error")
    server.addHandler(logging.NullHandler())
    Telemetry(CONFIG).configure_logging(lines.stream)
    server.info("Started", extra={"color_message": "\x1b[36mStarted"})
    logging.getLogger("uvicorn.access").info("GET /?token=hunter2")

    line = lines.only()
    assert line["logger"] == "uvicorn.error"
    assert "color_message" not in line
    assert server.handlers == []


def test_talkative_libraries_stay_quiet_even_at_debug() -> None:
    lines = Lines()
    Telemetry(CONFIG.evolve(log_level="debug")).configure_logging(lines.stream)
    logging.getLogger("botocore.auth").debug("Signature: hunter2")
    log.debug("ours")

    assert lines.only()["message"] == "ours"


def test_warnings_are_lines_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    assert lines.only()["logger"] == "py.warnings"


def test_configuring_again_replaces_ours_and_nobody_elses(lines: Lines) -> None:
    theirs = logging.NullHandler()
    logging.getLogger().addHandler(theirs)
    again = Lines()
    Telemetry(CONFIG).configure_logging(again.stream)
    log.info("hello")

    assert list(lines) == []
    assert again.only()["message"] == "hello"
    assert theirs in logging.getLogger().handlers


def test_the_console_is_a_line_for_people(console: Lines) -> None:
    log.warning("disk is full", extra={"free_bytes": 12, "password": "hunter2"})

    [line] = console
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d\.\d{3} WARNING core_api\.test: "
        r"disk is full free_bytes=12 password=\[redacted\]",
        line,
    )


def test_on_the_console_nobody_forges_a_line(console: Lines) -> None:
    log.info("hello\n12:00:00 root: \x1b[31mforged", extra={"note": "a\r\nb"})

    [line] = console
    assert r"hello\n12:00:00 root: \x1b[31mforged note=a\r\nb" in line


def test_the_console_shows_where_it_broke(console: Lines) -> None:
    try:
        raise ValueError("crt_secret")
    except ValueError:
        log.exception("it broke")

    first, *stack = console
    assert first.endswith("it broke")
    assert stack[-1] == "ValueError: [redacted]"
