import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Final, override

from psycopg import AsyncConnection, OperationalError, sql
from pydantic import ValidationError

from adapters.postgres.database import Database
from core.management.records import ports
from core.management.records.constants import HEARTBEAT
from core.management.records.notices import Board, Notice, Stretch

CHANNEL: Final = "management_records"
PATIENCE: Final = 5
_log = logging.getLogger("core_api.records")


class RecordNotices(ports.Notices):
    """NOTIFY and LISTEN: one connection a process, while anybody listens.

    If it breaks, all who listen are sent away: they come again and catch up from history.
    """

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url
        self._board = Board()
        self._ear: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()

    @override
    async def tell(self, notices: Sequence[Notice]) -> None:
        await self._database.queue(
            "SELECT pg_notify(%(channel)s, payload) FROM unnest(%(payloads)s::text[]) AS payload",
            {"channel": CHANNEL, "payloads": [one.model_dump_json() for one in notices]},
        )

    @override
    async def listen(self, stretch: Stretch) -> AsyncIterator[Notice | None]:
        listening = self._board.listen(stretch, HEARTBEAT.total_seconds())
        first = asyncio.ensure_future(anext(listening))
        try:
            if not await self._awake():
                return
            yield None
            while True:
                yield await first
                first = asyncio.ensure_future(anext(listening))
        except StopAsyncIteration:
            return
        finally:
            first.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await first
            await listening.aclose()  # type: ignore[attr-defined]
            if self._board.deserted and self._ear is not None:
                self._ear.cancel()

    async def _awake(self) -> bool:
        """Tell whether the one connection hears by now."""
        if self._ear is None or self._ear.done():
            self._hears.clear()
            self._ear = asyncio.create_task(self._hear())
            self._ear.add_done_callback(lambda _: self._board.close())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hears.wait(), PATIENCE)
        return self._hears.is_set() and not self._ear.done()

    async def _hear(self) -> None:
        try:
            connection = await AsyncConnection.connect(
                self._url, autocommit=True, application_name="core-api listening"
            )
            async with connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                self._hears.set()
                async for told in connection.notifies():
                    with suppress(ValidationError):
                        self._board.post(Notice.model_validate_json(told.payload))
        except OperationalError as error:
            _log.warning("the connection that hears of records broke: %s", error)
