"""The processes of the image, against a database and a store as Compose starts them."""

import signal
import time
from collections.abc import Iterator
from typing import Self, override

import httpx
import pytest

from tests.infra.image.engine import Container, Engine
from tests.infra.image.stack import Stack
from tests.integration.files import Files
from tests.integration.service import PATIENCE, Service, free_port

pytestmark = pytest.mark.image

LONGEST_START = 3.0
"""Seconds of a core: on a machine that others share, seconds of a clock prove nothing."""
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


def ready(container: Container, url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert container.process.poll() is None, container.log.read_text()
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise TimeoutError(container.log.read_text())


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


def test_it_is_ready_in_seconds_and_small(
    migrated: Stack, engine: Engine, figures: list[str]
) -> None:
    port = free_port()
    begun = time.monotonic()
    with migrated.started("api", "serve", "--port", str(port)) as container:
        ready(container, f"http://127.0.0.1:{port}")
        waited, worked = time.monotonic() - begun, container.cpu_seconds()
        resident = container.resident_bytes()

    figures.append(f"ready after {waited:.1f} s, {worked:.1f} s of them at work")
    figures.append(f"{resident / 1_000_000:.0f} MB of memory, idle")
    assert worked < LONGEST_START
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


@pytest.mark.parametrize("service", ["api", "worker"])
def test_it_ends_well_when_it_is_told_to(migrated: Stack, service: str) -> None:
    port = free_port()
    command = ("serve", "--port", str(port)) if service == "api" else ("worker",)
    with migrated.started(service, *command) as container:
        if service == "api":
            ready(container, f"http://127.0.0.1:{port}")
        else:
            time.sleep(5)

        assert container.stop(signal.SIGTERM) == 0, container.log.read_text()
