import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, LiteralString, override
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor, OperationalError, errors
from psycopg.rows import AsyncRowFactory, kwargs_row, scalar_row, tuple_row
from psycopg_pool import AsyncConnectionPool

from core import ports
from core.exceptions import CoreError, Unavailable
from core.telemetry import Tracer

type Params = Mapping[str, Any]
type Rules = Mapping[str, type[CoreError]]
type Scope = UUID | Literal["platform"] | None
"""Whose rows a statement may see: one organization's, everybody's, or no tenant's at all."""

PLATFORM: Final = "platform"

_ENTER_TENANT: Final = """
    SELECT set_config('app.organization_id', %(organization_id)s, true),
           set_config('role', 'none', true)
"""
_ENTER_PLATFORM: Final = "SELECT set_config('role', 'core_platform', true)"

_ATTRIBUTES: Final = {"db.system.name": "postgresql"}


@lru_cache(maxsize=1024)
def _label(query: LiteralString) -> str:
    """Name a statement for traces: what it does, to which table first."""
    found = re.search(r"(\w+).*?\b(\w+\.\w+)", query, re.DOTALL)
    return " ".join(found.groups()) if found else "SELECT"


@dataclass
class Bound:
    """The connection of the open transaction, the task that opened it, whose rows it sees."""

    connection: AsyncConnection
    task: asyncio.Task[Any] | None
    scope: Scope = None


class Database:
    """Runs plain SQL: inside the open transaction if there is one, else on its own.

    A transaction belongs to the task that opened it. Tasks it spawns inherit its context but not
    its connection: they get their own. A statement on a tenant's rows says whose they are; the
    database shows it those and no others.
    """

    def __init__(self, pool: AsyncConnectionPool, tracer: Tracer) -> None:
        self._pool = pool
        self._tracer = tracer
        self._bound: ContextVar[Bound | None] = ContextVar("transaction", default=None)

    @property
    def bound(self) -> Bound | None:
        """The transaction this very task has open."""
        bound = self._bound.get()
        return bound if bound and bound.task is asyncio.current_task() else None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Lend the open transaction's connection, or one of the pool."""
        bound = self.bound
        try:
            if bound is not None:
                yield bound.connection
            else:
                async with self._pool.connection() as connection:
                    yield connection
        except OperationalError as error:
            raise Unavailable("The database is not answering.", retry_after=1) from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        outer = self.bound
        async with self.connection() as connection, connection.transaction():
            inner = Bound(connection, asyncio.current_task(), outer.scope if outer else None)
            token = self._bound.set(inner)
            try:
                yield
            finally:
                self._bound.reset(token)
        if outer is not None:
            outer.scope = inner.scope

    async def execute(
        self,
        query: LiteralString,
        params: Params,
        *,
        scope: Scope = None,
        rules: Rules | None = None,
    ) -> int:
        """Run a statement, return how many rows it touched.

        `rules` names the error to raise for each constraint the statement may break; the
        surrounding transaction, if any, stays usable.
        """
        try:
            savepoint = self.transaction() if rules and self.bound else nullcontext()
            async with savepoint, self._run(tuple_row, query, params, scope) as cursor:
                return cursor.rowcount
        except errors.IntegrityError as error:
            if rules and (rule := rules.get(error.diag.constraint_name or "")):
                raise rule from error
            raise

    async def fetch_one[M](
        self, model: Callable[..., M], query: LiteralString, params: Params, *, scope: Scope = None
    ) -> M | None:
        """Return the first row, handed to `model` by column names."""
        async with self._run(kwargs_row(model), query, params, scope) as cursor:
            return await cursor.fetchone()

    async def fetch_all[M](
        self, model: Callable[..., M], query: LiteralString, params: Params, *, scope: Scope = None
    ) -> list[M]:
        async with self._run(kwargs_row(model), query, params, scope) as cursor:
            return await cursor.fetchall()

    async def fetch_values(
        self, query: LiteralString, params: Params, *, scope: Scope = None
    ) -> list[Any]:
        """Return the first column."""
        async with self._run(scalar_row, query, params, scope) as cursor:
            return await cursor.fetchall()

    @asynccontextmanager
    async def _run[R](
        self, rows: AsyncRowFactory[R], query: LiteralString, params: Params, scope: Scope
    ) -> AsyncIterator[AsyncCursor[R]]:
        span = self._tracer.span(_label(query), _ATTRIBUTES, "client")
        async with self.connection() as connection:
            cursor = connection.cursor(row_factory=rows)
            bound = self.bound
            with span:
                if scope is None or (bound is not None and bound.scope == scope):
                    await cursor.execute(query, params)
                else:
                    # One round trip, and without a transaction one implicit one: nothing of the
                    # tenant stays behind on the connection.
                    async with connection.pipeline():
                        await self._enter(connection, scope)
                        await cursor.execute(query, params)
            if bound is not None and scope is not None:
                bound.scope = scope
            yield cursor

    @staticmethod
    async def _enter(connection: AsyncConnection, scope: UUID | Literal["platform"]) -> None:
        if isinstance(scope, UUID):
            await connection.execute(_ENTER_TENANT, {"organization_id": str(scope)})
        else:
            await connection.execute(_ENTER_PLATFORM)


class Transaction(ports.Transaction):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def __call__(self) -> AbstractAsyncContextManager[None]:
        return self._database.transaction()
