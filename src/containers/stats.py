"""The ports of stats, a line each."""

from datetime import timedelta
from uuid import UUID

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres
from adapters.charts import Charts
from adapters.gathering import Gathering
from containers.kernel import Kernel
from containers.webhooks import Webhooks
from core.stats import ports as stats
from core.stats.config import StatsConfig


def _config(days: int, home: UUID | None) -> StatsConfig:
    return StatsConfig(retention=timedelta(days=days), home=home)


class Stats(Webhooks):
    """What happened, and the numbers of it."""

    stats_config: Provider[StatsConfig] = providers.Singleton(
        _config,
        Kernel.settings.provided.stats_retention_days,
        Kernel.settings.provided.stats_home,
    )
    stats_events: Provider[stats.Events] = providers.Singleton(
        postgres.StatsEvents, Kernel.database
    )
    alerts: Provider[stats.Alerts] = providers.Singleton(postgres.Alerts, Kernel.database)
    event_names: Provider[stats.EventNames] = providers.Singleton(
        postgres.EventNames, Kernel.database
    )
    journeys: Provider[stats.Journeys] = providers.Singleton(postgres.Journeys, Kernel.database)
    gathering: Provider[stats.Gathering] = providers.Singleton(
        Gathering, Kernel.settings.provided.stats_events_at_once
    )
    stats_numbers: Provider[stats.Numbers] = providers.Singleton(
        postgres.StatsNumbers, Kernel.database
    )
    stats_meters: Provider[stats.Meters] = providers.Singleton(
        postgres.StatsMeters, Kernel.database
    )
    rollups: Provider[stats.Rollups] = providers.Singleton(postgres.Rollups, Kernel.database)
    partitions: Provider[stats.Partitions] = providers.Singleton(
        postgres.Partitions, Kernel.database
    )
    reports: Provider[stats.Reports] = providers.Singleton(postgres.Reports, Kernel.database)
    dashboards: Provider[stats.Dashboards] = providers.Singleton(
        postgres.Dashboards, Kernel.database
    )
    charts: Provider[stats.Charts] = providers.Singleton(Charts)
