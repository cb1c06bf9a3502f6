"""A new version replaces an old one under load, and nobody notices."""

import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import choice
from uuid import uuid4

import httpx
import pytest

from adapters.embedded import EmbeddedPostgres
from adapters.postgres import revisions
from tests.factories import email
from tests.integration.service import PATIENCE, Person, Service, mail

ROOT = Path(__file__).parents[2]
CLIENTS = 4

HEADER = "import sqlalchemy as sa\nfrom alembic import op\n"
BUSY = ("accounts.users", "accounts.sessions", "accounts.organizations", "accounts.memberships",
        "accounts.invitations", "stats.events")  # fmt: skip
"""What the load touches: a column comes to each."""

EXPANDS = """
revision = "{revision}"
down_revision = "{before}"

def upgrade() -> None:
    op.add_column("{table}", sa.Column("added", sa.Text()), schema="{schema}")
"""
CONTRACTS = """
revision = "c0"
down_revision = "{before}"
contracts = True

def upgrade() -> None:
    op.drop_column("users", "added", schema="accounts")
"""


def released(folder: Path, *, contracts: bool = False) -> str:
    """Make a version with more migrations than ours has; return where its code is."""
    for name in ("src", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = revisions.head()
    for at, name in enumerate(BUSY):
        schema, table = name.split(".")
        told = EXPANDS.format(revision=f"e{at}", before=before, schema=schema, table=table)
        (folder / "migrations" / "versions" / f"e{at}.py").write_text(HEADER + told)
        before = f"e{at}"
    if contracts:
        told = HEADER + CONTRACTS.format(before=before)
        (folder / "migrations" / "versions" / "c0.py").write_text(told)
    return str(folder / "src")


class Load:
    """People at work: each request goes to one of those who serve now."""

    def __init__(self, ada: Person) -> None:
        self.serving: list[str] = []
        self.failures: list[str] = []
        self.invited: list[str] = []
        self._bearer = {"Authorization": ada.http.headers["Authorization"]}
        self._ends = threading.Event()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with ThreadPoolExecutor(CLIENTS) as threads:
            running = [threads.submit(self._work) for _ in range(CLIENTS)]
            try:
                yield
            finally:
                self._ends.set()
        for one in running:
            one.result()

    def passed(self, enough: int = 10) -> None:
        """Wait until there was some work done with those who serve now."""
        before, deadline = len(self.invited), time.monotonic() + PATIENCE
        while len(self.invited) < before + enough:
            assert not self.failures, self.failures
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def _work(self) -> None:
        with httpx.Client(headers=self._bearer, timeout=PATIENCE) as http:
            while not self._ends.wait(0.05) and not self.failures:
                try:
                    self.invited.append(self._founded(http))
                except (httpx.HTTPError, KeyError) as error:
                    self.failures.append(f"{error!r}")

    def _founded(self, http: httpx.Client) -> str:
        """Found an organization, count in it, and invite somebody: by whoever serves."""
        slug = f"engines-{uuid4().hex}"
        made = self._asked(http, "POST", "", {"name": "Engines", "slug": slug})["id"]
        whom = email()
        self._asked(http, "POST", f"/{made}/invitations", {"email": whom, "role": "member"})
        self._asked(http, "POST", f"/{made}/events", {"events": [{"name": "seen"}]})
        self._asked(http, "GET", f"/{made}/members", None)
        return whom

    def _asked(self, http: httpx.Client, method: str, path: str, body: object) -> dict[str, str]:
        url = f"{choice(self.serving)}/v1/organizations{path}"  # noqa: S311
        answer = http.request(method, url, json=body)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found


@contextmanager
def worker(service: Service) -> Iterator[None]:
    command = [*service.command, "worker"]
    with subprocess.Popen(command, cwd=service.folder, env=service.environment) as process:  # noqa: S603
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE) == 0


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the data are, and a PostgreSQL that outlives each version."""
    server = EmbeddedPostgres(tmp_path / "data" / "postgres")
    server.start()
    try:
        yield tmp_path
    finally:
        server.stop()


def version(folder: Path, code: str = str(ROOT / "src")) -> Service:
    """A version in processes of their own: forked ones would draw the same random numbers."""
    service = Service(folder, worker="off", public_url="http://127.0.0.1:8000")
    service.environment["PYTHONPATH"] = code
    return service


def test_two_of_each_are_replaced_under_load_and_nothing_fails(folder: Path) -> None:
    new_code = released(folder / "new")
    old, new = ([version(folder, *code) for _ in range(2)] for code in ((), (new_code,)))
    with ExitStack() as stack:
        workers = ExitStack()
        stack.callback(workers.close)
        for service in old:
            stack.enter_context(service)
            workers.enter_context(worker(service))
        ada = old[0].person()
        load = Load(ada)
        load.serving = [one.url for one in old]
        with load.going_on():
            load.passed()
            new[0].cli("db", "migrate")
            load.passed()
            assert all(httpx.get(f"{one.url}/readyz").status_code == 200 for one in old)
            for leaving, coming in zip(old, new, strict=True):
                stack.enter_context(coming)
                load.serving = [*load.serving, coming.url]
                load.passed()
                load.serving = [url for url in load.serving if url != leaving.url]
                load.passed(2 * CLIENTS)  # what was on its way has been answered
                assert leaving.stop() == 0
            workers.close()
            load.passed()
        assert load.failures == []
        with worker(new[0]), worker(new[1]):
            mailed = all_mailed(folder, len(load.invited))
        assert mailed == Counter(load.invited)


def all_mailed(folder: Path, number: int) -> Counter[str]:
    """Wait until so many were told that they are invited; return how often each was."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        files = (folder / "data" / "mails").glob("*.eml")
        told = [mail(file) for file in files]
        found = Counter(to(one) for one in told if b"/accept-invitation" in one)
        if found.total() >= number:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{found.total()} of {number} mails")


def to(message: bytes) -> str:
    [line] = re.findall(rb"^To: (\S+)\s*$", message, re.MULTILINE)
    return bytes(line).decode()


def test_a_version_that_misses_what_went_is_not_ready(folder: Path) -> None:
    expanded = released(folder / "new")
    contracted = released(folder / "newest", contracts=True)
    with version(folder) as old, version(folder, expanded) as new:
        version(folder, contracted).cli("db", "migrate")

        assert httpx.get(f"{new.url}/readyz").status_code == 200
        refused = httpx.get(f"{old.url}/readyz")
        assert refused.status_code == 503
        assert "no longer serves this version" in old.cli("db", "current", expect=3)
