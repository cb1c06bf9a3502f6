"""Told to stop, the service finishes what it began, takes its database along and says so."""

import json
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service

IN_FLIGHT = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data that stay while services come and go."""
    return tmp_path_factory.mktemp("stopping")


@pytest.fixture
def own(folder: Path) -> Service:
    return Service(folder)


def database_is_gone(service: Service) -> bool:
    return not (service.folder / "data" / "postgres" / "data" / "postmaster.pid").exists()


def begun(service: Service) -> float:
    """Return how many requests the service has read so far, whether it answered them or not."""
    told = httpx.get(f"{service.url}/metrics", timeout=PATIENCE).text
    counted = r"^http_server_(?:request_duration_seconds_count|active_requests)(?:{.*})? (\S+)$"
    return sum(map(float, re.findall(counted, told, re.MULTILINE)))


def login_sent(service: Service, email: str) -> socket.socket:
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    head = (
        "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)
    connection.sendall(head.encode() + body)
    return connection


def answer_on(connection: socket.socket) -> tuple[int, dict[str, str]]:
    received = b""
    while part := connection.recv(65536):
        received += part
    connection.close()
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_stop_lets_slow_requests_finish_and_stops_the_database(own: Service) -> None:
    with own:
        ada = own.person()
        before = begun(own)
        waiting = [login_sent(own, ada.email) for _ in range(IN_FLIGHT)]
        while begun(own) < before + IN_FLIGHT:
            time.sleep(0.01)

        started = time.monotonic()
        assert own.stop(signal.SIGTERM) == 0

        assert time.monotonic() - started < 35
        answers = [answer_on(connection) for connection in waiting]
        assert [status for status, _ in answers] == [200] * IN_FLIGHT
        assert len({tokens["session_id"] for _, tokens in answers}) == IN_FLIGHT
        assert database_is_gone(own)

        own.start("--workers", "2")
        for _, tokens in answers:
            me = ada.http.get(
                "/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}
            )
            assert me.status_code == 200

        assert own.stop(signal.SIGINT) == 0
        assert database_is_gone(own)


def test_a_client_that_lingers_does_not_keep_the_service_from_stopping(own: Service) -> None:
    with own:
        idle = socket.create_connection(("127.0.0.1", own.port), timeout=PATIENCE)
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200")
        silent = socket.create_connection(("127.0.0.1", own.port), timeout=PATIENCE)

        started = time.monotonic()
        assert own.stop(signal.SIGTERM) == 0

        assert time.monotonic() - started < 10
        idle.close()
        silent.close()


def test_a_worker_of_its_own_does_the_jobs_and_stops_politely(folder: Path) -> None:
    with Service(folder, worker="off") as own:
        bob = Person(own, f"{uuid4().hex}@example.com")
        bob.register()
        command = [*own.command, "worker"]
        with subprocess.Popen(command, cwd=own.folder, env=own.environment) as worker:  # noqa: S603
            try:
                assert own.mailed_token(bob.email, "/verify-email")
            finally:
                worker.send_signal(signal.SIGTERM)
                worker.wait(timeout=PATIENCE)

        assert worker.returncode == 0
        assert bob.http.get("/readyz").status_code == 200
