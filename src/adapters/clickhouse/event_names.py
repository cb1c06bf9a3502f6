from collections.abc import Mapping
from datetime import datetime
from typing import Final, override

from adapters.clickhouse.database import Database
from adapters.clickhouse.values import ticks
from core.models import OrganizationId
from core.stats import constants, ports
from core.stats.models import NameSeen
from core.stats.questions import PropSeen

COUNTS: Final = """
    SELECT name, count() AS n
      FROM stats_events FINAL
     WHERE organization_id = {organization_id:UUID}
       AND time >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
       AND time < fromUnixTimestamp64Micro({end:Int64}, 'UTC')
     GROUP BY name
"""

PROPS: Final = """
    SELECT key, count() AS count, arraySort(groupUniqArray(kind)) AS kinds
      FROM (
        SELECT key, multiIf(startsWith(value, '"'), 'text', value IN ('true', 'false'), 'boolean',
                            value = 'null', 'null', 'number') AS kind
          FROM (SELECT props FROM stats_events FINAL
                 WHERE organization_id = {organization_id:UUID} AND name = {name:String}
                 ORDER BY time DESC, toUInt128(id) DESC
                 LIMIT {sample:UInt64}) AS newest
         ARRAY JOIN mapKeys(props) AS key, mapValues(props) AS value
      ) AS seen
     GROUP BY key
     ORDER BY count DESC, key
"""


class EventNames(ports.EventNames):
    """Which names there are is known elsewhere, where one more is one too many for everybody;
    how often they come is counted here.
    """

    def __init__(self, database: Database, names: ports.EventNames) -> None:
        self._database, self._names = database, names

    @override
    async def admit(
        self, organization_id: OrganizationId, seen: Mapping[str, datetime]
    ) -> set[str]:
        return await self._names.admit(organization_id, seen)

    @override
    async def all(
        self, organization_id: OrganizationId, begin: datetime, end: datetime
    ) -> list[NameSeen]:
        rows = await self._database.limited(
            COUNTS,
            {"organization_id": organization_id, "begin": ticks(begin), "end": ticks(end)},
        )
        counts = {row["name"]: row["n"] for row in rows}
        known = await self._names.all(organization_id, begin, end)
        found = [one.evolve(count=counts.get(one.name, 0)) for one in known]
        return sorted(found, key=lambda one: (-one.count, one.name))

    @override
    async def props(self, organization_id: OrganizationId, name: str) -> list[PropSeen]:
        rows = await self._database.limited(
            PROPS,
            {"organization_id": organization_id, "name": name, "sample": constants.SAMPLE},
        )
        return [PropSeen.model_validate(row | {"kinds": tuple(row["kinds"])}) for row in rows]
