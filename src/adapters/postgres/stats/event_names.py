from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, LiteralString, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from adapters.postgres.stats.limited import limited
from core.models import OrganizationId
from core.stats import constants, ports
from core.stats.models import NameSeen
from core.stats.questions import PropSeen

REMEMBERED: Final = 20_000
HOUR: Final = timedelta(hours=1)


ADMIT: Final[LiteralString] = """
    WITH told AS (
        SELECT key AS name, value::timestamptz AS at FROM jsonb_each_text(%(news)s)
    ), new AS (
        SELECT name, row_number() OVER (ORDER BY name) AS place
          FROM told
         WHERE NOT EXISTS (
               SELECT 1 FROM stats.names AS known
                WHERE known.organization_id = %(organization_id)s
                  AND known.name = told.name)
    ), room AS (
        SELECT %(most)s - count(*) AS places FROM stats.names
         WHERE organization_id = %(organization_id)s
    )
    INSERT INTO stats.names AS known (organization_id, name, first_seen, last_seen)
    SELECT %(organization_id)s, told.name, at, at
      FROM told
      LEFT JOIN new ON new.name = told.name
     CROSS JOIN room
     WHERE new.name IS NULL OR place <= places
     ORDER BY told.name
    ON CONFLICT (organization_id, name) DO UPDATE
       SET first_seen = least(known.first_seen, excluded.first_seen),
           last_seen = greatest(known.last_seen, excluded.last_seen)
    RETURNING name
"""


class EventNames(ports.EventNames):
    """Names that were written down in the last hour of their events are not written again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = OrderedDict[tuple[OrganizationId, str], datetime]()

    @override
    async def admit(
        self, organization_id: OrganizationId, seen: Mapping[str, datetime]
    ) -> set[str]:
        news = {name: at for name, at in seen.items() if self._is_news(organization_id, name, at)}
        if not news:
            return set()
        rows = await self._database.fetch_values(
            ADMIT,
            {
                "organization_id": organization_id,
                "news": Jsonb({name: at.isoformat() for name, at in news.items()}),
                "most": constants.NAMES,
            },
            scope=organization_id,
        )
        for name in rows:
            self._remember(organization_id, name, news[name])
        return set(news) - set(rows)

    def _is_news(self, organization_id: OrganizationId, name: str, at: datetime) -> bool:
        known = self._known.get((organization_id, name))
        return known is None or at >= known + HOUR

    def _remember(self, organization_id: OrganizationId, name: str, at: datetime) -> None:
        self._known[organization_id, name] = at
        self._known.move_to_end((organization_id, name))
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    @override
    async def all(
        self, organization_id: OrganizationId, begin: datetime, end: datetime
    ) -> list[NameSeen]:
        async with limited(self._database):
            return await self._database.fetch_all(
                NameSeen,
                """
                SELECT name, first_seen, last_seen,
                       (SELECT count(*) FROM stats.events AS event
                         WHERE event.organization_id = %(organization_id)s
                           AND event.name = known.name
                           AND time >= %(begin)s AND time < %(end)s) AS count
                  FROM stats.names AS known
                 WHERE organization_id = %(organization_id)s
                 ORDER BY count DESC, name COLLATE "C"
                """,
                {"organization_id": organization_id, "begin": begin, "end": end},
                scope=organization_id,
            )

    @override
    async def props(self, organization_id: OrganizationId, name: str) -> list[PropSeen]:
        return await self._database.fetch_all(
            PropSeen,
            """
            SELECT key, count(*) AS count,
                   array_agg(DISTINCT CASE jsonb_typeof(value) WHEN 'string' THEN 'text'
                                      ELSE jsonb_typeof(value) END) AS kinds
              FROM (SELECT props FROM stats.events
                     WHERE organization_id = %(organization_id)s AND name = %(name)s
                     ORDER BY time DESC, id DESC
                     LIMIT %(sample)s) AS newest
             CROSS JOIN jsonb_each(props)
             GROUP BY key
             ORDER BY count(*) DESC, key COLLATE "C"
            """,
            {"organization_id": organization_id, "name": name, "sample": constants.SAMPLE},
            scope=organization_id,
        )
