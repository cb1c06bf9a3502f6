"""How statements travel to the server: as the driver has them, with fewer steps on the way.

It leans on parts of the driver that it calls its own; its version is locked, and what is promised
here has tests.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any, Final, LiteralString, NamedTuple, override

from psycopg import AsyncConnection, AsyncCursor, AsyncPipeline
from psycopg._preparing import Key, PrepareManager
from psycopg._queries import PostgresQuery
from psycopg.abc import Params, PipelineCommand, PQGen, Query
from psycopg.adapt import Transformer
from psycopg.generators import send
from psycopg.pq.abc import PGconn
from psycopg.rows import AsyncRowFactory

REMEMBERED: Final = 256
"""Statements a connection; beyond them it begins anew."""


class Result[R](NamedTuple):
    rows: list[R]
    touched: int


async def answer[R](cursor: AsyncCursor[R]) -> Result[R]:
    """Read what a statement answered, and have its cursor let go of it."""
    answers = cursor.pgresult is not None and cursor.pgresult.nfields
    result = Result(await cursor.fetchall() if answers else [], cursor.rowcount)
    cursor._reset()
    cursor._tx.set_pgresult(None, set_loaders=False)
    return result


class Prelude:
    """A statement that goes before others, very often, and whose answer nobody reads.

    The driver prepares it, once a connection, or PostgreSQL would read and plan it each time. Then
    it is sent without a cursor.
    """

    def __init__(self, query: LiteralString, *params: str) -> None:
        self.query, self.params = query, params
        self.key = _key(query, len(params))
        self.told = [one.encode() for one in params]


@cache
def _key(query: LiteralString, params: int) -> Key:
    """Return what the driver knows a prepared statement by, whose parameters are texts."""
    converted = PostgresQuery(Transformer())
    converted.convert(query, ("",) * params)
    return PrepareManager.key(converted)


class Batch(AsyncPipeline):
    """Statements that travel together: nothing is sent before the last of them is there.

    The driver's own pipeline looks at the socket after each statement, and waits for the loop to
    say that it may write before it does: a fifth of what a tenant's statement costs us. A socket
    with room takes all at once; for one without the driver waits, and reads meanwhile.
    """

    def add(self, command: bytes) -> None:
        """Let a command travel with the next statement, which saves it a round trip of its own."""
        self._add(partial(self.pgconn.send_query_params, command, None))

    async def add_prelude(self, prelude: Prelude) -> None:
        """Let a prelude travel with the next statement."""
        async with self._conn.lock:
            await self._conn.wait(self._prelude_gen(prelude))

    def whole_gen(
        self, prelude: Prelude, cursor: AsyncCursor[Any], query: Query, params: Params
    ) -> PQGen[None]:
        """Run a statement behind a prelude, in one round trip and one implicit transaction."""
        yield from self._enter_gen()
        try:
            yield from self._prelude_gen(prelude)
            yield from cursor._execute_gen(query, params)
        except Exception:
            # A parameter that can't be sent. The prelude is: the driver counts it as prepared.
            yield from self._exit_gen()
            raise
        yield from self._exit_gen()

    def _prelude_gen(self, prelude: Prelude) -> PQGen[None]:
        prepared = self._conn._prepared
        if name := prepared._names.get(prelude.key):
            self._add(partial(self.pgconn.send_query_prepared, name, prelude.told))
            return
        prepare = not prepared._to_flush  # what it is about to forget would take this one with it
        cursor = self._conn.cursor()
        yield from cursor._execute_gen(prelude.query, prelude.params, prepare=prepare)

    def _add(self, command: PipelineCommand) -> None:
        self.command_queue.append(command)
        self.result_queue.append(None)

    @override
    def _communicate_gen(self) -> PQGen[None]:
        if not self.command_queue or self.command_queue[-1] != self.pgconn.pipeline_sync:
            return
        yield from self._fetch_gen(flush=False)

    @override
    def _fetch_gen(self, *, flush: bool) -> PQGen[None]:
        while self.command_queue:
            self.command_queue.popleft()()
        yield from send(self.pgconn)
        yield from super()._fetch_gen(flush=flush)


class Connection(AsyncConnection):
    """A connection whose pipelines are batches, and that knows the statements it was asked."""

    def __init__(self, pgconn: PGconn, *options: Any) -> None:
        super().__init__(pgconn, *options)
        self._asked: dict[tuple[AsyncRowFactory[Any], Query], AsyncCursor[Any]] = {}

    def asking[R](self, rows: AsyncRowFactory[R], query: Query) -> AsyncCursor[R]:
        """Return the cursor of a statement, for one who runs it and reads the answer at once.

        The second time it knows how each column is read: a fifth of what a statement costs us.
        """
        cursor = self._asked.get((rows, query))
        if cursor is None:
            if len(self._asked) == REMEMBERED:
                self._asked.clear()
            cursor = self._asked[rows, query] = self.cursor(row_factory=rows)
        return cursor

    async def execute_after(
        self, prelude: Prelude, cursor: AsyncCursor[Any], query: Query, params: Params
    ) -> None:
        """Run one statement behind a prelude: a pipeline of its own costs half as much again."""
        async with self.lock:
            self._pipeline = batch = Batch(self)
            try:
                await self.wait(batch.whole_gen(prelude, cursor, query, params))
            finally:
                batch._exit(sys.exception())
                self._pipeline = None

    @asynccontextmanager
    @override
    async def pipeline(self) -> AsyncIterator[Batch]:
        async with self.lock:
            batch = self._pipeline if isinstance(self._pipeline, Batch) else Batch(self)
            self._pipeline = batch
        async with super().pipeline():
            yield batch
