"""The ports of stats, a line each."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import clickhouse, postgres
from adapters.charts import Charts
from adapters.gathering import Gathering
from containers.billing import Billing
from containers.kernel import Kernel
from containers.webhooks import Webhooks
from core.accounts.closing import ports as closing
from core.stats import ports as stats
from core.stats.config import StatsConfig
from settings import Settings

STORE = Kernel.settings.provided.stats


@dataclass(frozen=True)
class Kept:
    """Where events are kept, and read from; `erased` is what no row of PostgreSQL's takes along."""

    events: stats.Events
    names: stats.EventNames
    numbers: stats.Numbers
    journeys: stats.Journeys
    rollups: stats.Rollups
    partitions: stats.Partitions
    erased: tuple[closing.OrganizationData, ...] = ()


def _in_postgres(database: postgres.Database) -> Kept:
    return Kept(
        events=postgres.StatsEvents(database),
        names=postgres.EventNames(database),
        numbers=postgres.StatsNumbers(database),
        journeys=postgres.Journeys(database),
        rollups=postgres.Rollups(database),
        partitions=postgres.Partitions(database),
    )


def _in_clickhouse(columns: clickhouse.Database, database: postgres.Database) -> Kept:
    numbers = clickhouse.StatsNumbers(columns)
    return Kept(
        events=clickhouse.StatsEvents(columns, postgres.StatsTurns(database)),
        names=clickhouse.EventNames(columns, postgres.EventNames(database)),
        numbers=numbers,
        journeys=clickhouse.Journeys(columns),
        rollups=clickhouse.Rollups(numbers),
        partitions=clickhouse.Partitions(columns),
        erased=(clickhouse.OrganizationEvents(columns),),
    )


def _server(settings: Settings) -> clickhouse.Connection:
    url = settings.stats_clickhouse_url
    return clickhouse.Server(url.get_secret_value() if url else "")


def _config(settings: Settings) -> StatsConfig:
    return StatsConfig(
        retention=timedelta(days=settings.stats_retention_days),
        home=settings.stats_home,
        adds_up=settings.stats == "postgres",
    )


def _and(
    others: list[AbstractAsyncContextManager[object]], columns: clickhouse.Database
) -> list[AbstractAsyncContextManager[object]]:
    return [*others, columns]


def _all(
    others: tuple[closing.OrganizationData, ...], kept: Kept
) -> tuple[closing.OrganizationData, ...]:
    return others + kept.erased


class Stats(Webhooks):
    """What happened, and the numbers of it."""

    stats_config: Provider[StatsConfig] = providers.Singleton(_config, Kernel.settings)
    clickhouse_server: Provider[clickhouse.Connection] = providers.Singleton(
        _server, Kernel.settings
    )
    columns: Provider[clickhouse.Database] = providers.Singleton(
        clickhouse.Database, clickhouse_server
    )
    resources: Provider[list[AbstractAsyncContextManager[object]]] = providers.Selector(
        STORE,
        postgres=Billing.resources,
        clickhouse=providers.Callable(_and, Billing.resources, columns),
    )
    kept: Provider[Kept] = providers.Selector(
        STORE,
        postgres=providers.Singleton(_in_postgres, Kernel.database),
        clickhouse=providers.Singleton(_in_clickhouse, columns, Kernel.database),
    )
    stats_events: Provider[stats.Events] = kept.provided.events
    event_names: Provider[stats.EventNames] = kept.provided.names
    stats_numbers: Provider[stats.Numbers] = kept.provided.numbers
    journeys: Provider[stats.Journeys] = kept.provided.journeys
    rollups: Provider[stats.Rollups] = kept.provided.rollups
    partitions: Provider[stats.Partitions] = kept.provided.partitions
    gathering: Provider[stats.Gathering] = providers.Singleton(
        Gathering, Kernel.settings.provided.stats_events_at_once
    )
    stats_meters: Provider[stats.Meters] = providers.Singleton(
        postgres.StatsMeters, Kernel.database
    )
    alerts: Provider[stats.Alerts] = providers.Singleton(postgres.Alerts, Kernel.database)
    organization_data: Provider[tuple[closing.OrganizationData, ...]] = providers.Singleton(
        _all, Billing.organization_data, kept
    )
    reports: Provider[stats.Reports] = providers.Singleton(postgres.Reports, Kernel.database)
    dashboards: Provider[stats.Dashboards] = providers.Singleton(
        postgres.Dashboards, Kernel.database
    )
    answers: Provider[stats.Answers] = providers.Singleton(postgres.Answers, Kernel.database)
    charts: Provider[stats.Charts] = providers.Singleton(Charts)
