import json
from typing import Any

from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool
from pydantic_core import from_json

from adapters.postgres.connection import Connection

OPTIONS = (
    "-c search_path=public,jobs"
    " -c statement_timeout=15s"
    " -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=30s"
    " -c timezone=UTC"
)


type Pool = AsyncConnectionPool[Connection]


def pool(url: str, *, least: int, most: int) -> Pool:
    """Return a bounded pool, closed: who waits longer than three seconds is told to come back."""
    return AsyncConnectionPool(
        url,
        connection_class=Connection,
        open=False,
        min_size=least,
        max_size=most,
        timeout=3,
        max_waiting=most * 50,
        kwargs={"options": OPTIONS, "application_name": "core-api", "connect_timeout": 5},
        configure=_configure,
    )


async def _configure(connection: Connection) -> None:
    # A single statement then needs no BEGIN and COMMIT around it.
    await connection.set_autocommit(True)
    set_json_loads(_read, connection)


def _read(text: str | bytes) -> Any:
    """Parse JSON eight times as fast as the standard library, or by it what is nested too deep."""
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)
