"""SECRET_KEYS and signing keys are replaced under people who go on working, and nobody notices."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import override
from uuid import uuid4

import httpx

from adapters.embedded import EmbeddedPostgres
from tests.integration.phone import Phone
from tests.integration.service import PATIENCE, Person, Service

OLD, NEW = "old-" + "abcdefghijklmnop" * 3, "new-" + "qrstuvwxyz012345" * 3


class Sibling(Service):
    """A second process on the database of the first one, behind the same public address."""

    def __init__(self, first: Service, **environment: str) -> None:
        shared = {"database_url": first.app_url, "public_url": first.url}
        super().__init__(first.folder, **shared, **environment)
        self.environment = first.environment | self.environment


class Client(threading.Thread):
    """Somebody who reads, refreshes and founds organizations without pause, at either process."""

    def __init__(self, person: Person, urls: list[str]) -> None:
        super().__init__()
        self._person, self._urls, self._over = person, urls, threading.Event()
        self.failures: list[str] = []
        self.requests = 0

    @override
    def run(self) -> None:
        tokens = self._person.tokens
        with httpx.Client(timeout=PATIENCE) as http:
            while not self._over.is_set():
                for url in list(self._urls):
                    tokens = self._once(http, url, tokens)

    def _once(self, http: httpx.Client, url: str, tokens: dict[str, str]) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        self._check(http.get(f"{url}/v1/me", headers=bearer), 200)
        again = bearer | {"Idempotency-Key": uuid4().hex}
        for _ in range(2):
            made = http.post(f"{url}/v1/organizations", json={"name": "Engines"}, headers=again)
            self._check(made, 201)
        refreshed = http.post(
            f"{url}/v1/auth/token/refresh", json={"refresh_token": tokens["refresh_token"]}
        )
        self._check(refreshed, 200)
        return refreshed.json() if refreshed.is_success else tokens

    def _check(self, answer: httpx.Response, expected: int) -> None:
        self.requests += 1
        if answer.status_code != expected:
            self.failures.append(f"{answer.request.url}: {answer.text}")

    def stop(self) -> None:
        self._over.set()
        self.join()


@contextmanager
def database_of(service: Service) -> Iterator[None]:
    """Keep a service's database running while the service is not."""
    server = EmbeddedPostgres(service.folder / "data" / "postgres")
    server.start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def working(person: Person, urls: list[str]) -> Iterator[Client]:
    client = Client(person, urls)
    client.start()
    try:
        yield client
    finally:
        client.stop()


def wait_for(client: Client, requests: int) -> None:
    deadline, wanted = time.monotonic() + PATIENCE, client.requests + requests
    while client.requests < wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert client.requests >= wanted, client.failures


def restart(process: Service, urls: list[str], keys: str) -> None:
    """Start a process anew as a load balancer would have it: nobody is sent there meanwhile."""
    urls.remove(process.url)
    time.sleep(0.3)  # whoever is at it finishes
    process.stop()
    process.environment["CORE_SECRET_KEYS"] = keys
    process.start()
    urls.append(process.url)


def test_secret_keys_are_replaced_and_no_request_fails(tmp_path: Path) -> None:
    with (
        Service(tmp_path, secret_keys=OLD) as first,
        database_of(first),
        Sibling(first, secret_keys=OLD) as second,
    ):
        ada = first.person()
        phone = Phone(first.person())
        kept = {"Idempotency-Key": uuid4().hex}
        founded = ada.http.post("/v1/organizations", json={"name": "Kept"}, headers=kept)
        urls = [first.url, second.url]

        with working(first.person(), urls) as client:
            wait_for(client, 20)
            for keys in (f"{OLD},{NEW}", f"{NEW},{OLD}"):
                restart(second, urls, keys)
                wait_for(client, 20)
                restart(first, urls, keys)
                wait_for(client, 20)
            assert "secret" in first.cli("accounts", "secrets", "reencrypt").lower()
            for process in (second, first):
                restart(process, urls, NEW)
            wait_for(client, 20)

        assert client.failures == []
        phone.sign_in()  # the app's secret was encrypted anew
        again = ada.http.post("/v1/organizations", json={"name": "Kept"}, headers=kept)
        assert (founded.status_code, again.status_code) == (201, 409)
        assert again.json()["code"] == "idempotency_answer_lost"


def test_signing_keys_are_rotated_and_no_request_fails(tmp_path: Path) -> None:
    with (
        Service(tmp_path) as first,
        Sibling(first) as second,
    ):
        early = first.person()
        with working(first.person(), [first.url, second.url]) as client:
            wait_for(client, 20)
            first.cli("accounts", "keys", "rotate", "--force")
            wait_for(client, 40)
        assert client.failures == []
        assert early.http.get("/v1/me").status_code == 200
        late = first.person()
        for url in (first.url, second.url):
            assert late.http.get(f"{url}/v1/me").status_code == 200
