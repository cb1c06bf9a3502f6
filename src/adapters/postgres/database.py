import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, LiteralString, NamedTuple, override
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
    """The open transaction: its connection, the task that opened it, whose rows it sees."""

    connection: AsyncConnection
    task: asyncio.Task[Any] | None
    scope: Scope = None
    joined: bool = False


class Result[R](NamedTuple):
    rows: list[R]
    touched: int


def _unavailable() -> Unavailable:
    return Unavailable("The database is not answering.", retry_after=1)


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
            raise _unavailable() from error

    @asynccontextmanager
    async def transaction(self, *, joined: bool = False) -> AsyncIterator[None]:
        outer = self.bound
        if outer is not None and outer.joined:
            outer.joined = False
            yield
            return
        async with self.connection() as connection, connection.transaction():
            scope = outer.scope if outer else None
            inner = Bound(connection, asyncio.current_task(), scope, joined)
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
            async with self.transaction() if rules and self.bound else nullcontext():
                return (await self._run(tuple_row, query, params, scope)).touched
        except errors.IntegrityError as error:
            if rules and (rule := rules.get(error.diag.constraint_name or "")):
                raise rule from error
            raise

    async def fetch_one[M](
        self, model: Callable[..., M], query: LiteralString, params: Params, *, scope: Scope = None
    ) -> M | None:
        """Return the first row, handed to `model` by column names."""
        rows = (await self._run(kwargs_row(model), query, params, scope)).rows
        return rows[0] if rows else None

    async def fetch_all[M](
        self, model: Callable[..., M], query: LiteralString, params: Params, *, scope: Scope = None
    ) -> list[M]:
        return (await self._run(kwargs_row(model), query, params, scope)).rows

    async def fetch_values(
        self, query: LiteralString, params: Params, *, scope: Scope = None
    ) -> list[Any]:
        """Return the first column."""
        return (await self._run(scalar_row, query, params, scope)).rows

    async def _run[R](
        self, rows: AsyncRowFactory[R], query: LiteralString, params: Params, scope: Scope
    ) -> Result[R]:
        bound = self.bound
        try:
            if bound is not None:
                if scope is not None and scope != bound.scope:
                    await self._enter(bound.connection, scope)
                    bound.scope = scope
                return await self._send(
                    bound.connection.cursor(row_factory=rows), query, params, None
                )
            async with self._pool.connection() as connection:
                cursor = connection.cursor(row_factory=rows)
                return await self._send(cursor, query, params, scope)
        except OperationalError as error:
            raise _unavailable() from error

    async def _send[R](
        self, cursor: AsyncCursor[R], query: LiteralString, params: Params, scope: Scope
    ) -> Result[R]:
        with self._tracer.span(_label(query), _ATTRIBUTES, "client"):
            if scope is None:
                await cursor.execute(query, params)
            else:
                # One round trip and one implicit transaction: nothing of the tenant stays behind
                # on the connection.
                async with cursor.connection.pipeline():
                    await self._enter(cursor.connection, scope)
                    await cursor.execute(query, params)
        answers = cursor.pgresult is not None and cursor.pgresult.nfields
        return Result(await cursor.fetchall() if answers else [], cursor.rowcount)

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
    def __call__(self, *, joined: bool = False) -> AbstractAsyncContextManager[None]:
        return self._database.transaction(joined=joined)
