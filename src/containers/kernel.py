"""The kernel's ports, a line each: what every module builds on."""

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any, override

import httpx
from dependency_injector import containers, providers
from dependency_injector.providers import Provider
from procrastinate import App, PsycopgConnector

from adapters import mail, outbound, postgres, procrastinate, security, system
from adapters.events import Events
from adapters.telemetry import Telemetry, TelemetryConfig
from core import ports
from core.events import ports as events_ports
from core.jobs import ports as queued
from core.mails import models as mails_models
from core.mails import ports as mails
from core.models import Actor, Event
from core.service import UseCase
from core.telemetry import Metrics, Tracer
from settings import Settings


def _secret_keys(settings: Settings) -> security.SecretKeys:
    return security.SecretKeys(tuple(key.get_secret_value() for key in settings.secret_keys))


def _pool(settings: Settings) -> postgres.Pool:
    return postgres.pool(
        settings.service_url(), least=settings.database_pool_min, most=settings.database_pool_max
    )


def _pool_apart(settings: Settings) -> postgres.Pool:
    return postgres.pool(settings.service_url(), least=0, most=2)


def _mailer(settings: Settings, clock: ports.Clock, ids: ports.Ids) -> mails.Mailer:
    return mail.mailer_from_url(
        settings.mail_url.get_secret_value(),
        sender=settings.mail_from,
        folder=settings.data_dir / "mails",
        clock=clock,
        ids=ids,
    )


def _mail_config(settings: Settings) -> mails_models.MailConfig:
    return mails_models.MailConfig(
        product_name=settings.product_name, app_url=settings.app_url or settings.public_url
    )


def _telemetry(settings: Settings) -> Telemetry:
    config = TelemetryConfig(
        service_name="core-api",
        service_version=version("core-api"),
        environment=settings.environment,
        sample_ratio=settings.trace_sample_ratio,
        metrics=settings.metrics,
        log_level=settings.log_level,
        log_format=settings.log_format,
    )
    return Telemetry(config, os.environ)


def _watched(pool: postgres.Pool, metrics: Metrics) -> None:
    """Have the pool's figures read whenever somebody looks."""

    def connections() -> dict[str, float]:
        stats = pool.get_stats()
        size, idle = stats.get("pool_size", 0), stats.get("pool_available", 0)
        return {"idle": idle, "used": size - idle}

    metrics.gauge("db_pool_connections", connections)
    metrics.gauge("db_pool_waiting", lambda: pool.get_stats().get("requests_waiting", 0))


def _joining(database: postgres.Database) -> Callable[[], procrastinate.Queue | None]:
    return lambda: database.queue if database.bound else None


class Subscribers(events_ports.Subscribers):
    """Hands events to use cases; `use` finds one by its type once there is an application.

    Who subscribes to a kind of event hears of all that are of that kind.
    """

    def __init__(self) -> None:
        self.subscriptions = list[tuple[type[Event], type[UseCase]]]()
        self.use: Callable[[type[UseCase]], Any]

    @override
    def of(self, topic: str) -> list[str]:
        kind = Event.kinds[topic]
        return [
            use_case.__name__ for event, use_case in self.subscriptions if issubclass(kind, event)
        ]

    @override
    async def tell(
        self, subscriber: str, topic: str, payload: dict[str, Any], actor: Actor
    ) -> None:
        kind = Event.kinds[topic]
        for event, use_case in self.subscriptions:
            if issubclass(kind, event) and use_case.__name__ == subscriber:
                await self.use(use_case)(kind.model_validate(payload), actor)


class Kernel(containers.DeclarativeContainer):
    """One line a port: its type, its adapter. Use cases find a port by its name here."""

    settings: Provider[Settings] = providers.Dependency(instance_of=Settings)
    telemetry: Provider[Telemetry] = providers.Singleton(_telemetry, settings)
    tracer: Provider[Tracer] = telemetry.provided.tracer
    metrics: Provider[Metrics] = telemetry.provided.metrics

    pool: Provider[postgres.Pool] = providers.Singleton(_pool, settings)
    pool_apart: Provider[postgres.Pool] = providers.Singleton(_pool_apart, settings)
    database: Provider[postgres.Database] = providers.Singleton(postgres.Database, pool, tracer)
    database_apart: Provider[postgres.Database] = providers.Singleton(
        postgres.Database, pool_apart, tracer
    )
    queue: Provider[App] = providers.Singleton(App, connector=providers.Singleton(PsycopgConnector))
    joining: Provider[Callable[[], procrastinate.Queue | None]] = providers.Singleton(
        _joining, database
    )
    resources: Provider[list[AbstractAsyncContextManager[object]]] = providers.List(
        pool, pool_apart, queue.provided.open_async.call(pool)
    )

    watched: Provider[None] = providers.Callable(_watched, pool, metrics)

    clock: Provider[ports.Clock] = providers.Singleton(system.Clock)
    ids: Provider[ports.Ids] = providers.Singleton(system.Ids)
    secret_keys: Provider[security.SecretKeys] = providers.Singleton(_secret_keys, settings)
    seals: Provider[ports.Seals] = providers.Singleton(security.Seals, secret_keys)
    secret_box: Provider[ports.SecretBox] = providers.Singleton(security.SecretBox, secret_keys)
    transaction: Provider[ports.Transaction] = providers.Singleton(postgres.Transaction, database)
    jobs: Provider[ports.Jobs] = providers.Singleton(procrastinate.Jobs, queue, joining, tracer)
    worker: Provider[ports.Worker] = providers.Singleton(
        procrastinate.Worker, queue, tracer, metrics
    )
    queued_jobs: Provider[queued.QueuedJobs] = providers.Singleton(procrastinate.QueuedJobs, queue)
    subscribers: Provider[Subscribers] = providers.Singleton(Subscribers)
    events: Provider[ports.Events] = providers.Singleton(Events, jobs, subscribers)
    audit: Provider[ports.AuditLog] = providers.Singleton(postgres.AuditLog, database, clock, ids)
    throttle: Provider[ports.Throttle] = providers.Singleton(
        postgres.Throttle,
        database,
        database_apart,
        metrics,
        multiplier=settings.provided.throttle_multiplier,
    )
    idempotency_keys: Provider[ports.IdempotencyKeys] = providers.Singleton(
        postgres.IdempotencyKeys, database, secret_box, clock
    )
    housekeeping: Provider[ports.Housekeeping] = providers.Singleton(
        postgres.Housekeeping, database
    )
    secret_boxes: Provider[ports.SecretBoxes] = providers.Singleton(postgres.SecretBoxes, database)
    readiness: Provider[ports.Readiness] = providers.Singleton(postgres.Readiness, database)

    transport: Provider[httpx.AsyncBaseTransport] = providers.Singleton(
        outbound.GuardedTransport,
        loopback=settings.provided.outbound_loopback,
        tracer=tracer,
    )

    mail_config: Provider[mails_models.MailConfig] = providers.Singleton(_mail_config, settings)
    mail_templates: Provider[mails.MailTemplates] = providers.Singleton(mail.MailTemplates)
    mailer: Provider[mails.Mailer] = providers.Singleton(_mailer, settings, clock, ids)
