from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import errors

from adapters.postgres.database import Database
from core.exceptions import Unavailable
from core.stats.constants import QUERY_SECONDS
from core.stats.exceptions import QueryTooExpensive


@asynccontextmanager
async def limited(database: Database) -> AsyncIterator[None]:
    """Let a question take so long and no longer; raise QueryTooExpensive."""
    try:
        async with database.transaction():
            await database.queue(
                "SELECT set_config('statement_timeout', %(most)s, true)",
                {"most": f"{QUERY_SECONDS}s"},
            )
            yield
    except Unavailable as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise QueryTooExpensive from error
        raise
