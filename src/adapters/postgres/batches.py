from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import override

from psycopg import AsyncConnection, AsyncPipeline
from psycopg.abc import PQGen


class Batch(AsyncPipeline):
    """Statements that travel together: nothing is sent before the last of them is there.

    The driver's own pipeline looks at the socket after each statement, and waits for the loop to
    say that it may write before it does: a fifth of what a tenant's statement costs us. A socket
    with room takes all at once; only if it has none is the driver's way gone.
    """

    @override
    def _communicate_gen(self) -> PQGen[None]:
        if not self.command_queue or self.command_queue[-1] != self.pgconn.pipeline_sync:
            return
        self._write()
        if self.pgconn.flush():
            yield from super()._communicate_gen()
        yield from self._fetch_gen(flush=False)

    @override
    def _fetch_gen(self, *, flush: bool) -> PQGen[None]:
        self._write()
        yield from super()._fetch_gen(flush=flush)

    def _write(self) -> None:
        while self.command_queue:
            self.command_queue.popleft()()


class Connection(AsyncConnection):
    """A connection whose pipelines are batches."""

    @asynccontextmanager
    @override
    async def pipeline(self) -> AsyncIterator[AsyncPipeline]:
        async with self.lock:
            if self._pipeline is None:
                self._pipeline = Batch(self)
        async with super().pipeline() as pipeline:
            yield pipeline
