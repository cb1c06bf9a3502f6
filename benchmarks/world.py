"""One PostgreSQL, the reference app and Core API on it, each with the same tenant in it."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import psycopg
from psycopg.conninfo import make_conninfo

from adapters.embedded import EmbeddedPostgres, Urls
from benchmarks import servers
from benchmarks.reference.app import Manner
from benchmarks.reference.seed import seed
from benchmarks.servers import NO_SETTINGS, Installation, Server
from benchmarks.tenant import Tenant
from benchmarks.workloads import accounts

type Service = Literal["core-api", "reference"]


@dataclass(frozen=True, slots=True)
class Side:
    """A running server, and the tenant in its database."""

    server: Server
    tenant: Tenant


class World:
    """Starts each part when it is first asked for; closing it stops all of them.

    With `service="reference"` a second reference app plays the service: what the ratios then say
    is the noise of this machine.
    """

    def __init__(self, folder: Path, urls: Urls, *, service: Service, manner: Manner) -> None:
        self.service_kind = service
        self._folder = folder
        self._urls = urls
        self._manner = manner
        self._running = ExitStack()

    @cached_property
    def reference(self) -> Side:
        return self._side(self.start_reference(), self._reference_database[1])

    @cached_property
    def service(self) -> Side:
        tenant = self.service_tenant
        return self._side(self.start_service(), tenant)

    @cached_property
    def service_tenant(self) -> Tenant:
        """Where the service's own tenant comes from: over HTTP, as a client would make it."""
        if self.service_kind == "reference":
            return self._reference_database[1]
        servers.migrate(self._installation)
        with servers.core_api(self._installation, settings={"CORE_WORKER": "embedded"}) as server:
            return accounts.set_up(server, self._installation.folder / "mails")

    def start_service(
        self, *, workers: int = 1, settings: Mapping[str, str] = NO_SETTINGS
    ) -> AbstractContextManager[Server]:
        """Run one more service on the service's database: with other settings, say."""
        if self.service_kind == "reference":
            return self.start_reference()
        return servers.core_api(self._installation, workers=workers, settings=settings)

    def start_reference(self) -> AbstractContextManager[Server]:
        url, folder = self._reference_database[0], self._folder / "reference"
        return servers.reference(folder, url, self._manner)

    @property
    def owner_url(self) -> str:
        """Where the owner of the service's tables reaches them."""
        return self._urls.owner

    @property
    def folder(self) -> Path:
        return self._folder

    def core_api(self, *arguments: str) -> None:
        """Run a command of the service on its database."""
        servers.run(self._installation, *arguments)

    def close(self) -> None:
        self._running.close()

    def _side(self, starting: AbstractContextManager[Server], tenant: Tenant) -> Side:
        return Side(self._running.enter_context(starting), tenant)

    @cached_property
    def _reference_database(self) -> tuple[str, Tenant]:
        with psycopg.connect(self._urls.superuser, autocommit=True) as connection:
            connection.execute("CREATE DATABASE reference")
        url = _other_database(self._urls.superuser, "reference")
        return url, seed(url)

    @cached_property
    def _installation(self) -> Installation:
        return Installation(self._folder / "core-api", self._urls.app, self._urls.owner)


@contextmanager
def opened(*, service: Service, manner: Manner) -> Iterator[World]:
    """Start PostgreSQL in a temporary folder and a world on it; leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="core-api-benchmarks-"))
    folder.chmod(0o711 if os.getuid() == 0 else 0o700)
    postgres = EmbeddedPostgres(folder / "postgres")
    try:
        world = World(folder, postgres.start(), service=service, manner=manner)
        try:
            yield world
        finally:
            world.close()
            postgres.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_database(url: str, name: str) -> str:
    return make_conninfo(url, dbname=name)
