"""The database dies, hangs up or is locked: callers are told to come back, and nothing is lost."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg
import pytest

from adapters.embedded import EmbeddedPostgres
from tests.factories import PASSWORD
from tests.integration.service import PATIENCE, Person, Service


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose database may be broken: it mends."""
    with Service(tmp_path_factory.mktemp("fragile")) as started:
        yield started


@pytest.fixture
def ada(fragile: Service) -> Person:
    return fragile.person()


def kill_database(service: Service) -> None:
    pid_file = service.folder / "data" / "postgres" / "data" / "postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)


def hang_up(service: Service) -> None:
    superuser = EmbeddedPostgres(service.folder / "data" / "postgres").urls.superuser
    with psycopg.connect(superuser) as postgres:
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'core_app'"
        )


def assert_told_to_come_back(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["retry-after"]) >= 1


class Persistent:
    """Creates organizations, and comes back with the same key for as long as it is told to."""

    def __init__(self, ada: Person) -> None:
        self.ada = ada
        self.refused: list[httpx.Response] = []
        self.created: list[str] = []
        self.stopped = threading.Event()

    def run(self, _: int) -> None:
        while not self.stopped.is_set():
            name, headers = uuid4().hex, {"Idempotency-Key": uuid4().hex}
            while True:
                answer = self.ada.http.post(
                    "/v1/organizations", json={"name": name}, headers=headers
                )
                if answer.status_code == 201:
                    self.created.append(name)
                    break
                self.refused.append(answer)
                time.sleep(0.1)


@pytest.mark.parametrize("disaster", [kill_database, hang_up])
def test_who_repeats_what_failed_gets_each_thing_once(
    fragile: Service, ada: Person, disaster: Callable[[Service], None]
) -> None:
    persistent = Persistent(ada)
    with ThreadPoolExecutor(6) as threads:
        running = [threads.submit(persistent.run, number) for number in range(6)]
        while len(persistent.created) < 10:
            time.sleep(0.01)
        disaster(fragile)
        broken, already = time.monotonic(), len(persistent.created)
        while len(persistent.created) < already + 20:
            assert time.monotonic() - broken < PATIENCE
            time.sleep(0.01)
        persistent.stopped.set()
        for one in running:
            one.result()

    for answer in persistent.refused:
        if answer.status_code != 409:  # the first request of the key was still running
            assert_told_to_come_back(answer)
    with psycopg.connect(fragile.owner_url) as owner:
        counts = owner.execute(
            """
            SELECT o.name, count(*), count(m.user_id), count(a.id)
              FROM accounts.organizations AS o
              LEFT JOIN accounts.memberships AS m ON m.organization_id = o.id
              LEFT JOIN core.audit_events AS a
                ON a.organization_id = o.id AND a.action = 'org.created'
             WHERE o.name = ANY(%s)
             GROUP BY o.name
            """,
            [persistent.created],
        ).fetchall()
    assert {tuple(row[1:]) for row in counts} == {(1, 1, 1)}
    assert {row[0] for row in counts} == set(persistent.created)


@pytest.mark.parametrize("disaster", [kill_database, hang_up])
def test_mails_go_out_again_by_themselves(
    fragile: Service, disaster: Callable[[Service], None]
) -> None:
    before = fragile.process
    disaster(fragile)
    bob = Person(fragile, f"{uuid4().hex}@example.com")
    deadline = time.monotonic() + PATIENCE
    while True:
        body = {"email": bob.email, "password": PASSWORD}
        answer = bob.http.post("/v1/auth/register", json=body)
        if answer.status_code == 202:
            break
        assert_told_to_come_back(answer)
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert fragile.mailed_token(bob.email, "/verify-email")
    assert fragile.process is before
    assert before is not None
    assert before.poll() is None


def test_who_meets_a_locked_table_is_told_so_in_time(fragile: Service, ada: Person) -> None:
    with psycopg.connect(fragile.owner_url) as owner:
        owner.execute("LOCK TABLE accounts.sessions IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        with ThreadPoolExecutor(4) as threads:
            answers = [threads.submit(ada.http.get, "/v1/me") for _ in range(4)]
            assert ada.http.get("/livez").status_code == 200
            assert ada.http.get("/readyz").status_code == 200
            for answer in answers:
                assert_told_to_come_back(answer.result())
        assert time.monotonic() - started < 30

    assert ada.http.get("/v1/me").status_code == 200


def test_more_requests_than_connections_wait_or_are_told_to_come_back(
    fragile: Service, ada: Person
) -> None:
    with psycopg.connect(fragile.owner_url) as owner:
        owner.execute("LOCK TABLE accounts.sessions IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(30) as threads:
            answers = [threads.submit(ada.http.get, "/v1/me") for _ in range(30)]
            time.sleep(1)
            owner.rollback()
            statuses = [answer.result().status_code for answer in answers]

    assert statuses == [200] * 30
