"""The one place that knows the library; it is loaded by the first who connects."""

from importlib.util import find_spec
from typing import Any, Final, override

from adapters.clickhouse.database import Connection
from core.exceptions import Unavailable

MISSING: Final = (
    "CORE_STATS_CLICKHOUSE_URL asks for a library that is not installed:"
    " pip install 'core-api[clickhouse]'"
)


class Server(Connection):
    """A server at an address like https://user:password@host:8443/database."""

    def __init__(self, url: str) -> None:
        if find_spec("clickhouse_connect") is None:
            raise ValueError(MISSING)
        self._url = url
        self._client: Any = None

    @override
    async def open(self, settings: dict[str, Any]) -> None:
        from clickhouse_connect.driver import create_async_client, exceptions

        self._errors = exceptions
        try:
            self._client = await create_async_client(dsn=self._url, settings=settings)
        except self._errors.OperationalError as error:
            raise _silent() from error

    @override
    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    @override
    async def ask(self, statement: str, params: dict[str, Any], settings: dict[str, Any]) -> bytes:
        try:
            answer: bytes = await self._client.raw_query(
                statement, parameters=params, settings=settings
            )
        except self._errors.OperationalError as error:
            raise _silent() from error
        return answer

    @override
    async def add(self, table: str, lines: bytes) -> None:
        try:
            await self._client.raw_insert(table, insert_block=lines, fmt="JSONEachRow")
        except self._errors.OperationalError as error:
            raise _silent() from error


def _silent() -> Unavailable:
    return Unavailable("ClickHouse is not answering.", retry_after=1)
