from datetime import UTC, datetime
from typing import Final, override

from adapters.clickhouse.database import Database
from core.stats import ports

MONTHS: Final = """
    SELECT DISTINCT partition FROM system.parts
     WHERE database = currentDatabase() AND table = 'stats_events' AND active
       AND toUInt32(partition) < {before:UInt32}
     ORDER BY partition
"""

DROP: Final = "ALTER TABLE stats_events DROP PARTITION {month:String}"

LAST: Final = 999_999


class Partitions(ports.Partitions):
    """A month is made by the first event in it, and is all organizations'."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def ensure(self, begin: datetime, end: datetime) -> list[str]:
        return []

    @override
    async def drop(self, before: datetime) -> list[str]:
        months = await self._months(before)
        for month in months:
            await self._database.do(DROP, {"month": month})
        return [f"events_{month}" for month in months]

    @override
    async def all(self, before: datetime | None = None) -> list[str]:
        return [f"events_{month}" for month in await self._months(before)]

    async def _months(self, before: datetime | None) -> list[str]:
        month = LAST if before is None else int(f"{before.astimezone(UTC):%Y%m}")
        return [row["partition"] for row in await self._database.rows(MONTHS, {"before": month})]
