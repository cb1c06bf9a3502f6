"""Statements, and what comes back, over whatever carries them."""

from collections.abc import Iterable
from json import dumps, loads
from types import TracebackType
from typing import Any, Final, Protocol, Self

from adapters.clickhouse.schema import TABLE, TABLES
from core.stats.constants import QUERY_SECONDS
from core.stats.exceptions import QueryTooExpensive

SETTINGS: Final = {
    "output_format_json_quote_decimals": 1,  # as floats they would not be exact
    "output_format_json_quote_64bit_integers": 0,
    "do_not_merge_across_partitions_select_final": 1,  # an event is in one month only
}
LIMITED: Final = {"max_execution_time": QUERY_SECONDS}
LINES: Final = " FORMAT JSONEachRow"
TOO_MUCH: Final = {158, 159, 160, 241, 307}
"""Codes of ClickHouse's for too many rows, bytes or seconds, or too much memory."""


class Connection(Protocol):
    """What is leaned on: statements there with parameters beside them, bytes back."""

    async def open(self, settings: dict[str, Any]) -> None:
        """Connect; the settings are those of all statements."""

    async def close(self) -> None: ...

    async def ask(self, statement: str, params: dict[str, Any], settings: dict[str, Any]) -> bytes:
        """Return what the server answers, who puts in the parameters: `{name:Type}`."""

    async def add(self, table: str, lines: bytes) -> None:
        """Insert a line of JSON for each row."""


class Database:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def __aenter__(self) -> Self:
        await self._connection.open(SETTINGS)
        for statement in TABLES:
            await self.do(statement, {})
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._connection.close()

    async def rows(self, statement: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        return _rows(await self._connection.ask(statement + LINES, params, {}))

    async def do(self, statement: str, params: dict[str, Any]) -> None:
        await self._connection.ask(statement, params, {})

    async def limited(self, statement: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Let a question take so long and no longer; raise QueryTooExpensive."""
        try:
            return _rows(await self._connection.ask(statement + LINES, params, LIMITED))
        except Exception as error:
            if getattr(error, "code", None) in TOO_MUCH:
                raise QueryTooExpensive from error
            raise

    async def add(self, rows: Iterable[dict[str, Any]]) -> None:
        lines = "\n".join(dumps(row, ensure_ascii=False) for row in rows)
        await self._connection.add(TABLE, lines.encode())


def _rows(answer: bytes) -> list[dict[str, Any]]:
    return [loads(line) for line in answer.splitlines()]
