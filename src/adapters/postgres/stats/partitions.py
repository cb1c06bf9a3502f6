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

    @override
    async def all(self, before: datetime | None = None) -> list[str]:
        return await self._database.fetch_values(
            """
            SELECT child.relname
              FROM pg_inherits AS i
              JOIN pg_class AS child ON child.oid = i.inhrelid
             WHERE i.inhparent = 'stats.events'::regclass
               AND (%(before)s::timestamptz IS NULL
                    OR child.relname
                       < 'events_' || to_char(%(before)s AT TIME ZONE 'UTC', 'YYYYMM'))
             ORDER BY child.relname
            """,
            {"before": before},
            scope=PLATFORM,
        )
