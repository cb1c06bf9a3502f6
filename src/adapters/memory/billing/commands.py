import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Unpack, override
from weakref import WeakValueDictionary

from adapters.memory.store import Store
from core.billing import ports
from core.billing.constants import LOCK_PATIENCE
from core.billing.exceptions import CommandInFlight, ProviderUnavailable
from core.billing.models import Command, CommandId
from core.listing import Found, Window, applied
from core.models import OrganizationId


class Commands(ports.Commands):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Command)

    @override
    async def add(self, command: Command) -> None:
        async with self._store.writing():
            if command.client_key is not None and await self.of_client(
                command.organization_id, command.kind, command.client_key
            ):
                raise CommandInFlight(retry_after=1)
            self._rows[command.id] = command

    @override
    async def of_client(
        self, organization_id: OrganizationId, kind: str, client_key: bytes
    ) -> Command | None:
        wanted = organization_id, kind, client_key
        return next(
            (
                row
                for row in self._rows.values()
                if (row.organization_id, row.kind, row.client_key) == wanted
            ),
            None,
        )

    @override
    async def get(self, command_id: CommandId) -> Command | None:
        return self._rows.get(command_id)

    @override
    async def settle(self, command: Command) -> None:
        async with self._store.writing():
            self._rows[command.id] = command

    @override
    async def page(self, status: str | None, **window: Unpack[Window]) -> Found[Command]:
        found = (row for row in self._rows.values() if status in {None, row.status})
        return applied(found, **window)

    @override
    async def interrupted(self, before: datetime, *, limit: int) -> list[Command]:
        found = [
            row
            for row in self._rows.values()
            if row.status == "pending" and row.updated_at < before
        ]
        return sorted(found, key=lambda row: (row.updated_at, row.id))[:limit]


class KeyedLock(ports.KeyedLock):
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @override
    def __call__(self, key: str) -> AbstractAsyncContextManager[None]:
        return self._held(key)

    @asynccontextmanager
    async def _held(self, key: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with asyncio.timeout(LOCK_PATIENCE.total_seconds()):
                await lock.acquire()
        except TimeoutError:
            raise ProviderUnavailable("Too many ask about this at once.", retry_after=5) from None
        try:
            yield
        finally:
            lock.release()
