"""More than the service can do: some are told to come back, and everybody else is served."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Service

FLOOD = 200


class Watch:
    """Asks whether the service lives, all the while."""

    def __init__(self, service: Service) -> None:
        self.waits: list[float] = []
        self._stopped = threading.Event()
        self._service = service
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with httpx.Client(base_url=self._service.url, timeout=PATIENCE) as client:
            while not self._stopped.wait(0.02):
                started = time.monotonic()
                client.get("/livez").raise_for_status()
                self.waits.append(time.monotonic() - started)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that hashes one password at a time, as on a machine of two cores."""
    with Service(tmp_path_factory.mktemp("small"), hash_slots="1") as started:
        yield started


@pytest.fixture
def flood(small: Service) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=FLOOD)
    with httpx.Client(base_url=small.url, timeout=PATIENCE, limits=limits) as client:
        yield client


def test_a_flood_of_logins_is_answered_or_told_to_come_back(
    small: Service, flood: httpx.Client
) -> None:
    ada = small.person()
    bodies = [
        {"email": ada.email, "password": PASSWORD if number % 2 else f"{PASSWORD}."}
        for number in range(FLOOD)
    ]

    started = time.monotonic()
    with Watch(small) as watch, ThreadPoolExecutor(FLOOD) as threads:
        answers = list(threads.map(lambda body: flood.post("/v1/auth/login", json=body), bodies))
    flooded = time.monotonic() - started

    assert {answer.status_code for answer in answers} <= {200, 401, 429, 503}
    assert {200, 401, 503} <= {answer.status_code for answer in answers}
    for answer in answers:
        if answer.status_code in {429, 503}:
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) >= 1
    assert max(watch.waits) < flooded / 2  # the tests' own threads are the ones it waits for
    assert httpx.get(f"{small.url}/livez", timeout=PATIENCE).status_code == 200
    ada.log_in()


def test_who_is_signed_in_works_on_while_others_hammer_the_door(
    small: Service, flood: httpx.Client
) -> None:
    ada = small.person()
    body = {"email": "nobody@example.com", "password": PASSWORD}
    stopped = threading.Event()

    def hammer(_: int) -> None:
        while not stopped.is_set():
            flood.post("/v1/auth/login", json=body)

    with ThreadPoolExecutor(8) as threads:
        for number in range(8):
            threads.submit(hammer, number)
        answers = [ada.http.get("/v1/me") for _ in range(100)]
        stopped.set()

    assert {answer.status_code for answer in answers} == {200}
