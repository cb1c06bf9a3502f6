from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.batches import Connection

OPTIONS = (
    "-c search_path=public,jobs"
    " -c statement_timeout=15s"
    " -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=30s"
    " -c timezone=UTC"
)


def pool(url: str, *, least: int, most: int) -> AsyncConnectionPool:
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


async def _configure(connection: AsyncConnection) -> None:
    # A single statement then needs no BEGIN and COMMIT around it.
    await connection.set_autocommit(True)
