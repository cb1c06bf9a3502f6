from datetime import datetime
from typing import Unpack, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core.billing import ports
from core.billing.models import NEWEST_EVENT, InboxEvent
from core.listing import Found, Window


class Inbox(ports.Inbox):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, event: InboxEvent) -> bool:
        added = await self._database.execute(
            """
            INSERT INTO billing.inbox
                   (id, lock_key, event, status, attempts, due_at, error, received_at,
                    processed_at)
            VALUES (%(id)s, %(lock_key)s, %(event)s, %(status)s, %(attempts)s, %(due_at)s,
                    %(error)s, %(received_at)s, %(processed_at)s)
            ON CONFLICT (id) DO NOTHING
            """,
            _row(event),
            scope=PLATFORM,
        )
        return added > 0

    @override
    async def get(self, event_id: str) -> InboxEvent | None:
        return await self._database.fetch_one(
            InboxEvent,
            """
            SELECT event, status, attempts, due_at, error, received_at, processed_at
              FROM billing.inbox
             WHERE id = %(id)s
            """,
            {"id": event_id},
            scope=PLATFORM,
        )

    @override
    async def pending(self, lock_key: str, now: datetime) -> list[InboxEvent]:
        return await self._database.fetch_all(
            InboxEvent,
            """
            SELECT event, status, attempts, due_at, error, received_at, processed_at
              FROM billing.inbox
             WHERE status = 'pending' AND lock_key = %(lock_key)s AND due_at <= %(now)s
             ORDER BY received_at, id
            """,
            {"lock_key": lock_key, "now": now},
            scope=PLATFORM,
        )

    @override
    async def due(self, now: datetime, *, limit: int) -> list[InboxEvent]:
        return await self._database.fetch_all(
            InboxEvent,
            """
            SELECT event, status, attempts, due_at, error, received_at, processed_at
              FROM billing.inbox
             WHERE status = 'pending' AND due_at <= %(now)s
             ORDER BY due_at, id
             LIMIT %(limit)s
            """,
            {"now": now, "limit": limit},
            scope=PLATFORM,
        )

    @override
    async def settle(self, event: InboxEvent) -> None:
        await self._database.execute(
            """
            UPDATE billing.inbox
               SET status = %(status)s, attempts = %(attempts)s, due_at = %(due_at)s,
                   error = %(error)s, received_at = %(received_at)s,
                   processed_at = %(processed_at)s
             WHERE id = %(id)s
            """,
            _row(event),
            scope=PLATFORM,
        )

    @override
    async def page(self, status: str | None, **window: Unpack[Window]) -> Found[InboxEvent]:
        return await listed(
            self._database,
            InboxEvent,
            """
            SELECT event, status, attempts, due_at, error, received_at, processed_at, id,
                   event->>'type' AS type, event->>'customer_id' AS customer_id
              FROM billing.inbox
             WHERE %(status)s::text IS NULL OR status = %(status)s
            """,
            {"status": status},
            order=NEWEST_EVENT,
            scope=PLATFORM,
            **window,
        )

    @override
    async def prune(self, before: datetime) -> int:
        return await self._database.execute(
            """
            UPDATE billing.inbox
               SET event = jsonb_set(event, '{payload}', '{}')
             WHERE received_at < %(before)s AND status <> 'pending'
               AND event -> 'payload' <> '{}'
            """,
            {"before": before},
            scope=PLATFORM,
        )


def _row(event: InboxEvent) -> dict[str, object]:
    return event.model_dump(exclude={"event"}) | {
        "id": event.event.id,
        "lock_key": event.lock_key,
        "event": Jsonb(event.event.model_dump(mode="json")),
    }
