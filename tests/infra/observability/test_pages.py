"""The commands of runbooks.md and traces.md do what the pages say; what is fenced as `bash` is run.

Not walked: Compose, which needs Docker's engine. Its command is taken as far as Compose reads it.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from entrypoints.cli.__main__ import app
from tests.infra.containers import tools
from tests.integration.collector import Collector
from tests.integration.reader import PAGES, Reader
from tests.integration.service import Service
from tests.unit.test_cli_help import commands

COMMANDS: dict[str, Any] = {
    context.command_path.removeprefix("core-api "): command
    for command, context in commands(get_command(app))
}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector().listening() as collector:
        yield collector


@pytest.fixture(scope="module")
def service(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that traces nothing unless it is asked to, and whose log is for programs."""
    folder = tmp_path_factory.mktemp("pages")
    service = Service(folder, trace_sample_ratio="0", log_format="json")
    service.environment |= collector.variables
    with service:
        yield service


@pytest.fixture
def reader(service: Service, tmp_path: Path) -> Reader:
    return Reader(service, tmp_path)


def test_a_request_can_be_looked_at_as_traces_says(
    reader: Reader, service: Service, collector: Collector
) -> None:
    reader.meant["core-api.log"] = str(service.log)

    printed = reader.walk("traces")

    assert '"name":"Traced"' in printed
    [line] = [one for one in printed.splitlines() if '"route":"/v1/organizations"' in one]
    [told] = re.findall(r'"trace_id":"(\w{32})"', line)
    trace = collector.awaited("POST /v1/organizations", {"job events.fan_out"}.issubset)
    assert {one.trace_id.hex() for one in trace} == {told}


def test_whoever_answers_to_an_alert_can_do_what_runbooks_says(reader: Reader) -> None:
    wrong = {"email": reader.ada.email, "password": "not the password at all"}
    reader.ada.http.post("/v1/auth/login", json=wrong)

    printed = reader.walk("runbooks")

    assert '{"status":"ok","problems":[]}' in printed
    assert "wait_event_type" in printed
    assert "auth.login_failed" in printed


@pytest.mark.parametrize("page", ["runbooks", "traces"])
def test_every_command_that_is_named_is_one_of_ours(page: str) -> None:
    text = (PAGES / f"{page}.md").read_text()
    named = re.findall(r"(?:^|`)core-api ([^`\n<]+)", text, re.MULTILINE)

    assert len(named) >= (10 if page == "runbooks" else 0)
    for words in map(shlex.split, named):
        [(path, command)] = [
            (path, command)
            for path, command in COMMANDS.items()
            if words[: len(path.split())] == path.split()
        ]
        with command.make_context(path, words[len(path.split()) :]):
            pass  # it raises for what the command does not know


def test_compose_knows_the_command_that_brings_a_collector() -> None:
    text = (PAGES / "traces.md").read_text()
    [line] = re.findall(r"^\./justw compose (.+)$", text, re.MULTILINE)
    words = shlex.split(line)
    assert words[:2] == ["--profile", "observability"]

    known = tools.run(tools.compose(), f"--file={tools.COMPOSE}", *words, "--help")
    unknown = tools.run(tools.compose(), f"--file={tools.COMPOSE}", *words, "--no", "--help")

    assert known.returncode == 0, known.stderr
    assert unknown.returncode != 0
