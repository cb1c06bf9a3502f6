import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Final, Unpack, override
from weakref import WeakValueDictionary

from psycopg import AsyncConnection, errors
from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core.billing import ports
from core.billing.constants import LOCK_PATIENCE
from core.billing.exceptions import CommandInFlight, ProviderUnavailable
from core.billing.models import Command, CommandId
from core.exceptions import Unavailable
from core.listing import Found, Window
from core.models import OrganizationId

CONNECTIONS: Final = 8


class Commands(ports.Commands):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, command: Command) -> None:
        await self._database.execute(
            """
            INSERT INTO billing.commands
                   (id, organization_id, kind, params, digest, client_key, status, attempt,
                    result, error, created_at, updated_at)
            VALUES (%(id)s, %(organization_id)s, %(kind)s, %(params)s, %(digest)s,
                    %(client_key)s, %(status)s, %(attempt)s, %(result)s, %(error)s,
                    %(created_at)s, %(updated_at)s)
            """,
            _row(command),
            scope=command.organization_id,
            ends={"uq_commands_client_key": lambda: CommandInFlight(retry_after=1)},
        )

    @override
    async def of_client(
        self, organization_id: OrganizationId, kind: str, client_key: bytes
    ) -> Command | None:
        return await self._database.fetch_one(
            Command,
            """
            SELECT id, organization_id, kind, params, digest, client_key, status, attempt,
                   result, error, created_at, updated_at
              FROM billing.commands
             WHERE organization_id = %(organization_id)s AND kind = %(kind)s
               AND client_key = %(client_key)s
            """,
            {"organization_id": organization_id, "kind": kind, "client_key": client_key},
            scope=organization_id,
        )

    @override
    async def get(self, command_id: CommandId) -> Command | None:
        return await self._database.fetch_one(
            Command,
            """
            SELECT id, organization_id, kind, params, digest, client_key, status, attempt,
                   result, error, created_at, updated_at
              FROM billing.commands
             WHERE id = %(id)s
            """,
            {"id": command_id},
            scope=PLATFORM,
        )

    @override
    async def settle(self, command: Command) -> None:
        await self._database.execute(
            """
            UPDATE billing.commands
               SET status = %(status)s, attempt = %(attempt)s, result = %(result)s,
                   error = %(error)s, client_key = %(client_key)s, updated_at = %(updated_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _row(command),
            scope=command.organization_id,
        )

    @override
    async def page(self, status: str | None, **window: Unpack[Window]) -> Found[Command]:
        return await listed(
            self._database,
            Command,
            """
            SELECT id, organization_id, kind, params, digest, client_key, status, attempt,
                   result, error, created_at, updated_at
              FROM billing.commands
             WHERE %(status)s::text IS NULL OR status = %(status)s
            """,
            {"status": status},
            scope=PLATFORM,
            **window,
        )

    @override
    async def interrupted(self, before: datetime, *, limit: int) -> list[Command]:
        return await self._database.fetch_all(
            Command,
            """
            SELECT id, organization_id, kind, params, digest, client_key, status, attempt,
                   result, error, created_at, updated_at
              FROM billing.commands
             WHERE status = 'pending' AND updated_at < %(before)s
             ORDER BY updated_at, id
             LIMIT %(limit)s
            """,
            {"before": before, "limit": limit},
            scope=PLATFORM,
        )


def _row(command: Command) -> dict[str, object]:
    result = command.result
    return command.model_dump() | {
        "params": Jsonb(command.params),
        "result": None if result is None else Jsonb(result.model_dump()),
    }


class KeyedLock(ports.KeyedLock):
    """A lock of PostgreSQL's that a session holds, on a connection of its own.

    Whoever waits in this process waits for each other first, so that a connection is only there
    for whoever is next.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._connections = asyncio.Semaphore(CONNECTIONS)

    @override
    def __call__(self, key: str) -> AbstractAsyncContextManager[None]:
        return self._held(key)

    @asynccontextmanager
    async def _held(self, key: str) -> AsyncIterator[None]:
        here = self._here.setdefault(key, asyncio.Lock())
        try:
            async with asyncio.timeout(LOCK_PATIENCE.total_seconds()):
                await here.acquire()
        except TimeoutError:
            raise _taken() from None
        try:
            async with self._connections, self._everywhere(key):
                yield
        finally:
            here.release()

    @asynccontextmanager
    async def _everywhere(self, key: str) -> AsyncIterator[None]:
        try:
            connection = await AsyncConnection.connect(self._url, autocommit=True)
        except errors.OperationalError as error:
            raise Unavailable("The database is not answering.", retry_after=1) from error
        async with connection:
            await connection.execute(
                "SELECT set_config('lock_timeout', %s, false)",
                [f"{LOCK_PATIENCE.total_seconds():.0f}s"],
            )
            try:
                await connection.execute(
                    "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"billing/{key}"]
                )
            except errors.LockNotAvailable:
                raise _taken() from None
            yield


def _taken() -> ProviderUnavailable:
    return ProviderUnavailable("Too many ask about this at once.", retry_after=5)
