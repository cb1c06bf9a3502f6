from datetime import datetime
from typing import Final, override

from adapters.clickhouse.database import Database
from adapters.clickhouse.values import ticks
from core.management.operations import ports

COUNT: Final = """
    SELECT count() AS n FROM stats_events FINAL
     WHERE time >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
       AND time < fromUnixTimestamp64Micro({end:Int64}, 'UTC')
"""


class EventFigures(ports.EventFigures):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def events(self, begin: datetime, end: datetime) -> int:
        told = {"begin": ticks(begin), "end": ticks(end)}
        [row] = await self._database.rows(COUNT, told)
        return int(row["n"])
