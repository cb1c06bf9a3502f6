import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal, LiteralString, override
from uuid import UUID

from psycopg import AsyncCursor, OperationalError, errors
from psycopg.rows import AsyncRowFactory, dict_row, scalar_row, tuple_row

from adapters.postgres.connection import Batch, Connection, Prelude, Result, answer
from adapters.postgres.pool import Pool
from core import ports
from core.exceptions import CoreError, Unavailable
from core.models import Model
from core.telemetry import Tracer

type Params = Mapping[str, Any]
type Row = dict[str, Any]
type Rules = Mapping[str, Callable[[], CoreError]]
"""Which error breaking a constraint is, by the constraint's name."""
type Statement = LiteralString | bytes
"""Plain text, or what `psycopg.sql` put together of it."""
type Scope = UUID | Literal["platform"] | None
"""Whose rows a statement may see: one organization's, everybody's, or no tenant's at all."""

PLATFORM: Final = "platform"

_ENTER_TENANT: Final = """
    SELECT set_config('app.organization_id', %s, true), set_config('role', 'none', true)
"""
_TO_PLATFORM: Final = Prelude("SELECT set_config('role', 'core_platform', true)")

_ATTRIBUTES: Final = {"db.system.name": "postgresql"}


@lru_cache(maxsize=1024)
def _label(query: Statement) -> str:
    """Name a statement for traces: what it does, to which table first."""
    text = query.decode() if isinstance(query, bytes) else query
    found = re.search(r"(\w+).*?\b(\w+\.\w+)", text, re.DOTALL)
    return " ".join(found.groups()) if found else "SELECT"


@dataclass
class Bound:
    """The open transaction: its connection, the task that opened it, whose rows it sees."""

    connection: Connection
    batch: Batch
    task: asyncio.Task[Any] | None
    rules: dict[str, Callable[[], CoreError]]
    scope: Scope = None
    joined: bool = False


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise Unavailable("The database is not answering.", retry_after=1) from error


@contextmanager
def _judging(rules: Rules) -> Iterator[None]:
    try:
        yield
    except errors.IntegrityError as error:
        if rule := rules.get(error.diag.constraint_name or ""):
            raise rule() from error
        raise


def _entering(scope: UUID | Literal["platform"]) -> Prelude:
    return Prelude(_ENTER_TENANT, str(scope)) if isinstance(scope, UUID) else _TO_PLATFORM


class Database:
    """Runs plain SQL: inside the open transaction if there is one, else on its own.

    A transaction belongs to the task that opened it. Tasks it spawns inherit its context but not
    its connection: they get their own. A statement on a tenant's rows says whose they are; the
    database shows it those and no others.
    """

    def __init__(self, pool: Pool, tracer: Tracer) -> None:
        self._pool = pool
        self._tracer = tracer
        self._bound: ContextVar[Bound | None] = ContextVar("transaction", default=None)

    @property
    def bound(self) -> Bound | None:
        """The transaction this very task has open."""
        bound = self._bound.get()
        return bound if bound and bound.task is asyncio.current_task() else None

    @asynccontextmanager
    async def transaction(self, *, joined: bool = False) -> AsyncIterator[None]:
        outer = self.bound
        if outer is not None and outer.joined:
            outer.joined = False
            yield
            return
        async with self._savepoint(outer) if outer else self._begun() as inner:
            inner.joined = joined
            token = self._bound.set(inner)
            try:
                yield
            finally:
                self._bound.reset(token)
        if outer is not None:
            outer.scope = inner.scope

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[Bound]:
        """Begin with the first statement's round trip, commit with the last one's.

        After an exception the pool's own context rolls back.
        """
        rules = dict[str, Callable[[], CoreError]]()
        with _reaching(), _judging(rules):
            async with self._pool.connection() as connection, connection.pipeline() as batch:
                batch.add(b"BEGIN")
                yield Bound(connection, batch, asyncio.current_task(), rules)
                batch.add(b"COMMIT")

    @staticmethod
    @asynccontextmanager
    async def _savepoint(outer: Bound) -> AsyncIterator[Bound]:
        with _reaching():
            await outer.batch.sync()  # only then does the driver see that it is inside one
            async with outer.connection.transaction():
                yield replace(outer)

    async def execute(
        self,
        query: LiteralString,
        params: Params,
        *,
        scope: Scope = None,
        rules: Rules | None = None,
        ends: Rules | None = None,
    ) -> int:
        """Run a statement, return how many rows it touched.

        `rules` names the error to raise for each constraint the statement may break; the
        surrounding transaction, if any, stays usable. That takes a savepoint. One of `ends` is
        raised where that transaction ends, and takes none.
        """
        if ends and (bound := self.bound) is not None:
            bound.rules.update(ends)
            return (await self._run(tuple_row, query, params, scope)).touched
        rules = {**(rules or {}), **(ends or {})}
        if not rules:
            return (await self._run(tuple_row, query, params, scope)).touched
        with _judging(rules):
            async with self.transaction() if self.bound else nullcontext():
                return (await self._run(tuple_row, query, params, scope)).touched

    async def fetch_one[M: Model](
        self, model: type[M], query: Statement, params: Params, *, scope: Scope = None
    ) -> M | None:
        """Return the first row, as a model whose fields are its columns."""
        row = await self.fetch_row(query, params, scope=scope)
        return None if row is None else model.model_validate(row)

    async def fetch_all[M: Model](
        self, model: type[M], query: Statement, params: Params, *, scope: Scope = None
    ) -> list[M]:
        rows = await self.fetch_rows(query, params, scope=scope)
        # The model's own validator: its __init__ doubles the price of a page's rows.
        return list(map(model.__pydantic_validator__.validate_python, rows))

    async def fetch_row(
        self, query: Statement, params: Params, *, scope: Scope = None
    ) -> Row | None:
        """Return the first row by its columns."""
        rows = await self.fetch_rows(query, params, scope=scope)
        return rows[0] if rows else None

    async def fetch_rows(
        self, query: Statement, params: Params, *, scope: Scope = None
    ) -> list[Row]:
        return (await self._run(dict_row, query, params, scope)).rows

    async def fetch_values(
        self, query: Statement, params: Params, *, scope: Scope = None
    ) -> list[Any]:
        """Return the first column."""
        return (await self._run(scalar_row, query, params, scope)).rows

    async def queue(
        self,
        query: LiteralString,
        params: Params,
        *,
        scope: Scope = None,
        rules: Rules | None = None,
    ) -> None:
        """Run a statement whose outcome nobody asks for.

        In a transaction nobody waits for it: it travels with the next statement or the commit, and
        fails that if anything is wrong with it.
        """
        if (bound := self.bound) is None:
            await self.execute(query, params, scope=scope, rules=rules)
            return
        if rules:
            bound.rules.update(rules)
        with _reaching(), self._span(query):
            await self._send(bound, bound.connection.cursor(), query, params, scope)

    async def _run[R](
        self, rows: AsyncRowFactory[R], query: Statement, params: Params, scope: Scope
    ) -> Result[R]:
        with _reaching():
            if (bound := self.bound) is not None:
                cursor = bound.connection.asking(rows, query)
                with self._span(query):
                    await self._send(bound, cursor, query, params, scope)
                    await bound.batch.sync()
                return await answer(cursor)
            # Not the pool's context: it would commit or roll back, and there is no transaction.
            connection = await self._pool.getconn()
            try:
                cursor = connection.asking(rows, query)
                with self._span(query):
                    await self._ask(connection, cursor, query, params, scope)
                return await answer(cursor)
            finally:
                await self._pool.putconn(connection)

    def _span(self, query: Statement) -> AbstractContextManager[None]:
        return self._tracer.span(_label(query), _ATTRIBUTES, "client")

    @staticmethod
    async def _send(
        bound: Bound,
        cursor: AsyncCursor[Any],
        query: Statement,
        params: Params,
        scope: Scope,
    ) -> None:
        if scope is not None and scope != bound.scope:
            await bound.batch.add_prelude(_entering(scope))
            bound.scope = scope
        await cursor.execute(query, params)

    @staticmethod
    async def _ask(
        connection: Connection,
        cursor: AsyncCursor[Any],
        query: Statement,
        params: Params,
        scope: Scope,
    ) -> None:
        if scope is None:
            await cursor.execute(query, params)
            return
        # One round trip and one implicit transaction: nothing of the tenant stays behind on the
        # connection.
        await connection.execute_after(_entering(scope), cursor, query, params)


class Transaction(ports.Transaction):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def __call__(self, *, joined: bool = False) -> AbstractAsyncContextManager[None]:
        return self._database.transaction(joined=joined)
