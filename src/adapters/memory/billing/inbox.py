from datetime import datetime
from typing import Unpack, override

from adapters.memory.store import Store
from core.billing import ports
from core.billing.models import NEWEST_EVENT, InboxEvent
from core.listing import Found, Window, applied


class Inbox(ports.Inbox):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(InboxEvent)

    @override
    async def add(self, event: InboxEvent) -> bool:
        async with self._store.writing():
            if event.event.id in self._rows:
                return False
            self._rows[event.event.id] = event
        return True

    @override
    async def get(self, event_id: str) -> InboxEvent | None:
        return self._rows.get(event_id)

    @override
    async def pending(self, lock_key: str, now: datetime) -> list[InboxEvent]:
        return sorted(
            (
                row
                for row in self._rows.values()
                if row.status == "pending" and row.lock_key == lock_key and row.due_at <= now
            ),
            key=_oldest,
        )

    @override
    async def due(self, now: datetime, *, limit: int) -> list[InboxEvent]:
        found = [
            row for row in self._rows.values() if row.status == "pending" and row.due_at <= now
        ]
        return sorted(found, key=lambda row: (row.due_at, row.event.id))[:limit]

    @override
    async def settle(self, event: InboxEvent) -> None:
        async with self._store.writing():
            self._rows[event.event.id] = event

    @override
    async def page(self, status: str | None, **window: Unpack[Window]) -> Found[InboxEvent]:
        found = (row for row in self._rows.values() if status in {None, row.status})
        return applied(found, NEWEST_EVENT, **window)

    @override
    async def prune(self, before: datetime) -> int:
        async with self._store.writing():
            old = [
                row
                for row in self._rows.values()
                if row.received_at < before and row.event.payload and row.status != "pending"
            ]
            for row in old:
                self._rows[row.event.id] = row.model_copy(
                    update={"event": row.event.model_copy(update={"payload": {}})}
                )
        return len(old)


def _oldest(row: InboxEvent) -> tuple[datetime, str]:
    return row.received_at, row.event.id
