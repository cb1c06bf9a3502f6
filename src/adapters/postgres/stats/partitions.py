from datetime import datetime
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.stats import ports


class Partitions(ports.Partitions):
    """By functions of the owner's: the service owns no table and makes none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def ensure(self, begin: datetime, end: datetime) -> list[str]:
        return await self._database.fetch_values(
            "SELECT stats.ensure_partitions(%(begin)s, %(end)s)",
            {"begin": begin, "end": end},
            scope=PLATFORM,
        )

    @override
    async def drop(self, before: datetime) -> list[str]:
        return await self._database.fetch_values(
            "SELECT stats.drop_partitions(%(before)s)", {"before": before}, scope=PLATFORM
        )
