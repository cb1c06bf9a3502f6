from collections.abc import Sequence
from datetime import datetime
from typing import override

from psycopg import errors
from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import EventOutOfRange
from core.stats.models import (
    Event,
    EventId,
    NameSeen,
)
from core.stats.ports import Identity


class StatsEvents(ports.Events):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        """Insert in the order of the key: two who send the same never wait for each other."""
        if not events:
            return set()
        told = [one.model_dump(mode="json") for one in events]
        try:
            rows = await self._database.fetch_rows(
                """
                INSERT INTO stats.events
                       (organization_id, time, id, name, subject, session, source, props,
                        received_at)
                SELECT organization_id, time, id, name, subject, session, source, props,
                       received_at
                  FROM jsonb_to_recordset(%(events)s) AS told (
                       organization_id uuid, time timestamptz, id uuid, name text, subject text,
                       session text, source text, props jsonb, received_at timestamptz)
                 ORDER BY organization_id, time, id
                ON CONFLICT (organization_id, time, id) DO NOTHING
                RETURNING time, id
                """,
                {"events": Jsonb(told)},
                scope=events[0].organization_id,
            )
        except errors.CheckViolation as error:
            raise EventOutOfRange from error
        return {(row["time"], EventId(row["id"])) for row in rows}

    @override
    async def get(
        self, organization_id: OrganizationId, event_id: EventId, time: datetime
    ) -> Event | None:
        return await self._database.fetch_one(
            Event,
            """
            SELECT organization_id, time, id, name, subject, session, source, props, received_at
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
        *,
        limit: int,
        before: Identity | None = None,
        name: str | None = None,
        subject: str | None = None,
    ) -> list[Event]:
        time, event_id = before or (None, None)
        return await self._database.fetch_all(
            Event,
            """
            SELECT organization_id, time, id, name, subject, session, source, props, received_at
              FROM stats.events
             WHERE organization_id = %(organization_id)s
               AND (%(name)s::text IS NULL OR name = %(name)s)
               AND (%(subject)s::text IS NULL OR subject = %(subject)s)
               AND (%(time)s::timestamptz IS NULL OR (time, id) < (%(time)s, %(id)s))
             ORDER BY time DESC, id DESC
             LIMIT %(limit)s
            """,
            {
                "organization_id": organization_id,
                "name": name,
                "subject": subject,
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

    @override
    async def names(self, organization_id: OrganizationId) -> list[NameSeen]:
        return await self._database.fetch_all(
            NameSeen,
            """
            SELECT name, count(*) AS count, min(time) AS first_seen, max(time) AS last_seen
              FROM stats.events
             WHERE organization_id = %(organization_id)s
             GROUP BY name
             ORDER BY count(*) DESC, name
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
