from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, override

from psycopg import errors
from pydantic import TypeAdapter

from adapters.postgres.database import Database
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import EventOutOfRange
from core.stats.models import Event, EventId
from core.stats.ports import Identity
from core.stats.selections import Selection

MANY: Final = TypeAdapter(list[Event])

APPEND: Final[LiteralString] = """
    WITH added AS (
        INSERT INTO stats.events
               (organization_id, time, id, name, subject, session, source, ext_id, props,
                received_at)
        SELECT organization_id, time, id, name, subject, session, source, ext_id, props,
               clock_timestamp()
          FROM jsonb_to_recordset(%(events)s::jsonb) AS told (
               organization_id uuid, time timestamptz, id uuid, name text, subject text,
               session text, source text, ext_id text, props jsonb)
         ORDER BY organization_id, time, id
        ON CONFLICT (organization_id, time, id) DO NOTHING
        RETURNING time, id
    ), counted AS (
        SELECT count(*) AS n FROM added
    )
    SELECT n, NULL::timestamptz AS time, NULL::uuid AS id FROM counted
    UNION ALL
    SELECT NULL, time, id FROM added WHERE (SELECT n FROM counted) < %(number)s
"""
"""How many were new, and which unless all were: reading a thousand takes as long as keeping."""


class StatsEvents(ports.Events):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        """Insert in the order of the key: two who send the same never wait for each other."""
        told = {(one.time, one.id) for one in events}
        if not told:
            return told
        try:
            rows = await self._database.fetch_rows(
                APPEND,
                {"events": MANY.dump_json(list(events)).decode(), "number": len(told)},
                scope=events[0].organization_id,
            )
        except errors.CheckViolation as error:
            raise EventOutOfRange from error
        if rows[0]["n"] == len(told):
            return told
        return {(row["time"], EventId(row["id"])) for row in rows[1:]}

    @override
    async def get(
        self, organization_id: OrganizationId, event_id: EventId, time: datetime
    ) -> Event | None:
        return await self._database.fetch_one(
            Event,
            """
            SELECT organization_id, time, id, name, subject, session, source, ext_id, props,
                   received_at
              FROM stats.events
             WHERE organization_id = %(organization_id)s AND time = %(time)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "time": time, "id": event_id},
            scope=organization_id,
        )

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        selection: Selection,
        *,
        limit: int,
        before: Identity | None = None,
    ) -> list[Event]:
        time, event_id = before or (None, None)
        return await self._database.fetch_all(
            Event,
            """
            SELECT organization_id, time, id, name, subject, session, source, ext_id, props,
                   received_at
              FROM stats.events
             WHERE organization_id = %(organization_id)s
               AND (%(name)s::text IS NULL OR name = %(name)s)
               AND (%(subject)s::text IS NULL OR subject = %(subject)s)
               AND (%(begin)s::timestamptz IS NULL OR time >= %(begin)s)
               AND (%(end)s::timestamptz IS NULL OR time < %(end)s)
               AND (%(received_before)s::timestamptz IS NULL
                    OR received_at < %(received_before)s)
               AND (%(time)s::timestamptz IS NULL
                    OR time <= %(time)s AND (time, id) < (%(time)s, %(id)s))
             ORDER BY time DESC, id DESC
             LIMIT %(limit)s
            """,
            selection.model_dump()
            | {
                "organization_id": organization_id,
                "time": time,
                "id": event_id,
                "limit": limit,
            },
            scope=organization_id,
        )

    @override
    async def erase(self, organization_id: OrganizationId, subject: str) -> int:
        return await self._database.execute(
            """
            DELETE FROM stats.events
             WHERE organization_id = %(organization_id)s AND subject = %(subject)s
            """,
            {"organization_id": organization_id, "subject": subject},
            scope=organization_id,
        )
