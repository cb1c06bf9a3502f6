"""Several processes answer on one port and tell their numbers as one; a worker tells its own."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx

from tests.integration.service import PATIENCE, Person, Service, free_port
from tests.integration.zygote import zygote

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


def test_a_worker_tells_its_numbers_where_it_is_told_to(tmp_path: Path) -> None:
    with Service(tmp_path, worker="off") as own:
        port, log = free_port(), tmp_path / "worker.log"
        worker = zygote().begin(
            ["worker", "--port", str(port)],
            own.folder,
            own.environment,
            (Path(os.devnull), log, log),
        )
        try:
            bob = Person(own, f"{uuid4().hex}@example.com")
            bob.register()
            assert own.mailed_token(bob.email, "/verify-email")
            at = f"http://127.0.0.1:{port}"

            assert httpx.get(f"{at}/livez").json() == {"status": "ok"}
            assert httpx.get(f"{at}/readyz").json() == {"status": "ok", "problems": []}
            sent = r'^jobs_total{name="mails.send",outcome="succeeded"} [1-9]'
            assert 'jobs_total{name="mails.send",outcome="failed"} 0.0' in numbers(at, sent)
            elsewhere = httpx.get(f"{at}/v1/me")
            assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "not_found")

            own.cli("healthcheck", "--url", f"{at}/readyz")
            taken = own.cli("worker", "--port", str(port), expect=3)
            assert f"Can't listen on 127.0.0.1:{port}" in taken
        finally:
            worker.send_signal(signal.SIGTERM)
            ended = worker.wait(timeout=PATIENCE)

    assert ended == 0, log.read_text()


def numbers(at: str, expected: str) -> str:
    """Return what a process tells, once it tells what is expected: a mail is there before it is
    counted."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told = httpx.get(f"{at}/metrics", timeout=PATIENCE).text
        if re.search(expected, told, re.MULTILINE):
            return told
        time.sleep(0.05)
    raise TimeoutError(told)
