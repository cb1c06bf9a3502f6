"""Several processes answer on one port, and tell their numbers as one service."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from tests.integration.service import PATIENCE, Service

REQUESTS = 20


def scraped(service: Service, metric: str) -> dict[int, float]:
    """Return what each process has for a metric without other labels, or for one page."""
    told = httpx.get(f"{service.url}/metrics", timeout=PATIENCE).text
    found = re.findall(rf'^{metric}{{worker="(\d+)".*}} (\S+)$', told, re.MULTILINE)
    return {int(worker): float(value) for worker, value in found}


def awaited(
    service: Service, metric: str, enough: Callable[[dict[int, float]], bool]
) -> dict[int, float]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):  # the one that was asked has just been killed
            if enough(found := scraped(service, metric)):
                return found
        time.sleep(0.05)
    raise TimeoutError(service.log.read_text())


def test_any_process_tells_the_numbers_of_all(tmp_path: Path) -> None:
    own = Service(tmp_path)
    try:
        own.start("--workers", "2")
        workers = awaited(own, "process_open_fds", lambda found: len(found) == 2)
        for _ in range(REQUESTS):  # each on a connection of its own
            assert httpx.get(f"{own.url}/", timeout=PATIENCE).status_code == 200

        counted = "http_server_request_duration_seconds_count"
        for _ in range(5):
            assert sum(scraped(own, counted).values()) == REQUESTS

        killed, other = workers
        os.kill(killed, signal.SIGKILL)
        now = awaited(
            own, "process_open_fds", lambda found: len(found) == 2 and killed not in found
        )
        assert other in now
        assert own.stop() == 0
    finally:
        own.__exit__(None, None, None)
