"""What those who watch a collection are told: which record changed, not what it says."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from core.models import Model, OrganizationId

WAITING: Final = 1000
"""Notices that wait for somebody slow; then they are told to come again and catch up."""


class Stretch(Model):
    """What is listened to: a collection in an organization."""

    organization_id: OrganizationId
    collection_id: UUID


class Notice(Stretch):
    """A record has another version. `at` is when, to go on from there."""

    record_id: UUID
    version: int
    what: Literal["changed", "deleted"]
    created_by: UUID | None = None
    at: datetime

    @property
    def stretch(self) -> Stretch:
        return Stretch(organization_id=self.organization_id, collection_id=self.collection_id)


class Board:
    """Hands notices to those who listen in this process."""

    def __init__(self) -> None:
        self._queues = defaultdict[Stretch, set[asyncio.Queue[Notice | None]]](set)

    @property
    def deserted(self) -> bool:
        return not self._queues

    def post(self, notice: Notice) -> None:
        for queue in self._queues.get(notice.stretch, ()):
            if queue.qsize() < WAITING:
                queue.put_nowait(notice)
            elif queue.qsize() == WAITING:
                queue.put_nowait(None)

    def close(self) -> None:
        """Send everybody away: nobody knows what they miss."""
        for queues in self._queues.values():
            for queue in queues:
                queue.put_nowait(None)

    async def listen(self, stretch: Stretch, heartbeat: float) -> AsyncIterator[Notice | None]:
        """Yield notices, and None each time that nothing came for so many seconds."""
        queue = asyncio.Queue[Notice | None]()
        self._queues[stretch].add(queue)
        try:
            while True:
                try:
                    notice = await asyncio.wait_for(queue.get(), heartbeat)
                except TimeoutError:
                    yield None
                    continue
                if notice is None:
                    return
                yield notice
        finally:
            self._queues[stretch].discard(queue)
            if not self._queues[stretch]:
                del self._queues[stretch]
