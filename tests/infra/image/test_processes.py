"""The processes of the image, against a database and a store as Compose starts them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self, override

import httpx
import pytest

from tests.infra.image.engine import Container, Engine, cpu_seconds
from tests.infra.image.stack import Stack
from tests.integration.files import Files
from tests.integration.service import PATIENCE, Service, free_port

pytestmark = pytest.mark.image

LONGEST_START = 3.0
MOST_RESIDENT = 250_000_000


class Contained(Service):
    """The service as the tests know it, in a container that somebody else starts."""

    def __init__(self, stack: Stack, url: str) -> None:
        super().__init__(stack.data.parent)
        self.url = url

    @override
    def start(self, *options: str) -> Self:
        return self

    @override
    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        return 0


def wait_for(condition: Callable[[], bool], container: Container) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert container.process.poll() is None, container.log.read_text()
        assert time.monotonic() < deadline, container.log.read_text()
        time.sleep(0.02)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


def ready(container: Container, url: str) -> None:
    wait_for(lambda: answers(url), container)


def inside(engine: Engine) -> tuple[float, float, int]:
    """Start it; return seconds until it answers, seconds of a core, and the memory it takes."""
    port = free_port()
    variables = ["--env=CORE_ENVIRONMENT=development", "--env=CORE_DATA_DIR=/tmp/data"]
    begun = time.monotonic()
    with engine.started("serve", "--memory", f"--port={port}", options=variables) as container:
        ready(container, f"http://127.0.0.1:{port}")
        return time.monotonic() - begun, container.cpu_seconds(), container.resident_bytes()


def outside(folder: Path) -> float:
    """Start what is installed beside the image; return the seconds of a core it took."""
    service = Beside(folder / "beside")
    service.folder.mkdir()
    with service:
        assert isinstance(service.process, subprocess.Popen)
        return cpu_seconds(service.process.pid)


class Beside(Service):
    loads_anew = True

    @override
    def start(self, *options: str) -> Self:
        return super().start("--memory", *options)


@pytest.fixture(scope="module")
def migrated(stack: Stack) -> Stack:
    said = stack.cli("db", "migrate", service="migrate")
    assert said.startswith("The database is at ")
    return stack


@pytest.fixture(scope="module")
def api(migrated: Stack) -> Iterator[tuple[Container, str]]:
    port = free_port()
    with migrated.started("api", "serve", "--port", str(port)) as container:
        url = f"http://127.0.0.1:{port}"
        ready(container, url)
        yield container, url


@pytest.fixture(scope="module")
def worker(migrated: Stack) -> Iterator[Container]:
    with migrated.started("worker", "worker") as container:
        yield container


def test_without_settings_it_says_all_that_is_missing_and_ends(engine: Engine) -> None:
    done = engine.run()

    assert done.returncode == 2
    for name in ("DATABASE_URL", "MAIL_URL", "SECRET_KEYS", "PUBLIC_URL", "S3_BUCKET"):
        assert f"CORE_{name}" in done.stderr


def test_the_database_is_migrated_and_looked_into(migrated: Stack) -> None:
    assert "newest revision" in migrated.cli("db", "current")
    who = migrated.cli("db", "psql", service="migrate", stdin="SELECT 'I am ' || current_user;")
    assert "I am core_owner" in who
    migrated.cli("db", "backup", "/tmp/core.backup", service="migrate")  # noqa: S108 - its own


def test_it_starts_in_seconds_and_is_small(engine: Engine, figures: list[str]) -> None:
    """Where others keep the machine busy, no slower than what was installed beside it."""
    starts = [inside(engine) for _ in range(2)]
    beside = outside(engine.folder)

    waited, worked, resident = min(starts)
    figures.append(
        f"answers after {waited:.1f} s; {worked:.1f} s at work, beside it {beside:.1f} s"
    )
    figures.append(f"{resident / 1_000_000:.0f} MB of memory, idle")
    assert waited < LONGEST_START or worked < beside * 1.3
    assert resident < MOST_RESIDENT


def test_its_own_check_tells_whether_it_is_ready(
    engine: Engine, api: tuple[Container, str]
) -> None:
    _, url = api

    assert engine.run("healthcheck", "--url", f"{url}/readyz").returncode == 0
    away = engine.run("healthcheck", "--url", f"http://127.0.0.1:{free_port()}/readyz")
    assert away.returncode == 3


def test_somebody_registers_is_mailed_by_the_worker_and_keeps_a_file(
    migrated: Stack, api: tuple[Container, str], worker: Container
) -> None:
    """Mails come from the worker, through a folder that both have; files lie in the store."""
    with Contained(migrated, api[1]) as service:
        files = Files(service)

        stored = files.upload(b"Sehr geehrte Ada")

        assert files.download(stored).content == b"Sehr geehrte Ada"
    assert worker.process.poll() is None, worker.log.read_text()


def test_they_end_well_when_they_are_told_to(
    api: tuple[Container, str], worker: Container, migrated: Stack
) -> None:
    with Contained(migrated, api[1]) as service:
        service.person()  # whose mail tells that the worker is at work

    assert api[0].stop(signal.SIGTERM) == 0, api[0].log.read_text()
    assert worker.stop(signal.SIGTERM) == 0, worker.log.read_text()


def test_it_can_be_ended_before_it_is_ready(migrated: Stack) -> None:
    """The first process of a container is ended by no signal that it does not handle."""
    with migrated.started("worker", "worker") as container:
        wait_for(lambda: container.handles(signal.SIGTERM), container)
        os.kill(container.pid, signal.SIGTERM)

        assert container.process.wait(PATIENCE) == 128 + signal.SIGTERM, container.log.read_text()
