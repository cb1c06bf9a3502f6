"""What breaks in the middle of the work loses nothing, and mends itself."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service


@pytest.fixture
def fragile(tmp_path: Path) -> Service:
    """A service of the test's own, that it may break."""
    return Service(tmp_path)


def test_killed_in_the_middle_of_registrations_it_leaves_no_half_user_and_no_lost_mail(
    fragile: Service,
) -> None:
    accepted: list[str] = []

    def register(_: int) -> None:
        email = f"{uuid4().hex}@example.com"
        body = {"email": email, "password": PASSWORD}
        try:
            answer = httpx.post(f"{fragile.url}/v1/auth/register", json=body, timeout=PATIENCE)
        except httpx.TransportError:
            return
        if answer.status_code == 202:
            accepted.append(email)

    fragile.start()
    try:
        with ThreadPoolExecutor(8) as threads:
            done = threads.map(register, range(60))
            while len(accepted) < 10:
                time.sleep(0.01)
            fragile.stop(signal.SIGKILL)
            list(done)
        fragile.start()
        with psycopg.connect(fragile.owner_url) as owner:
            kept = {
                row[0]
                for row in owner.execute("SELECT email FROM accounts.users WHERE email ~ '^.{32}@'")
            }
        assert set(accepted) <= kept
        deadline = time.monotonic() + PATIENCE
        waiting = set(kept)
        while waiting and time.monotonic() < deadline:
            waiting = {one for one in waiting if not fragile.mailed_tokens(one, "/verify-email")}
            time.sleep(0.2)
        assert waiting == set()
    finally:
        fragile.stop()


def test_requests_are_told_that_the_database_is_gone_and_answered_once_it_is_back(
    fragile: Service,
) -> None:
    with fragile:
        ada = fragile.person()
        pid_file = fragile.folder / "data" / "postgres" / "data" / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

        answers = []
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answers.append(ada.http.get("/v1/me"))
            if len(answers) > 1 and answers[-1].status_code == 200:
                break
            time.sleep(0.05)

        assert answers[-1].status_code == 200
        failed = [answer for answer in answers if answer.status_code != 200]
        assert {answer.status_code for answer in failed} <= {503}
        for answer in failed:
            assert answer.json()["code"] == "unavailable"
            assert answer.headers["retry-after"]


def test_a_polite_stop_finishes_what_is_in_flight(fragile: Service) -> None:
    fragile.start()
    try:
        people = [Person(fragile, f"{uuid4().hex}@example.com") for _ in range(8)]
        for person in people:
            person.register()
            person.verify()
        statuses: list[int] = []

        def log_in(person: Person) -> None:
            body = {"email": person.email, "password": PASSWORD}
            statuses.append(person.http.post("/v1/auth/login", json=body).status_code)

        threads = [threading.Thread(target=log_in, args=[person]) for person in people]
        for thread in threads:
            thread.start()
        time.sleep(0.08)
        code = fragile.stop(signal.SIGTERM)
        for thread in threads:
            thread.join()
    finally:
        fragile.__exit__(None, None, None)

    assert statuses == [200] * 8
    assert code in {0, -signal.SIGTERM}


def test_a_flood_of_logins_leaves_the_service_answering(service: Service) -> None:
    body = {"email": "nobody@example.com", "password": PASSWORD}

    with ThreadPoolExecutor(100) as threads, service.client() as client:
        logins = [threads.submit(client.post, "/v1/auth/login", json=body) for _ in range(100)]
        time.sleep(0.3)
        started = time.monotonic()
        alive = httpx.get(f"{service.url}/livez", timeout=PATIENCE)
        waited = time.monotonic() - started
        answers = [login.result() for login in logins]
        flooded = time.monotonic() - started

    assert alive.status_code == 200
    assert waited < flooded / 2
    assert {answer.status_code for answer in answers} <= {401, 429, 503}
    for answer in answers:
        assert answer.status_code == 401 or answer.headers["retry-after"]
