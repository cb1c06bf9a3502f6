from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from psycopg import errors

from adapters.postgres.database import Database
from core.exceptions import Unavailable
from core.stats.constants import QUERY_SECONDS
from core.stats.exceptions import QueryTooExpensive

MEMORY: Final = "64MB"
"""Of a step of a question: with the usual 4 MB it sorts on disk from some ten thousand events."""


@asynccontextmanager
async def limited(database: Database) -> AsyncIterator[None]:
    """Let a question take so long and no longer; raise QueryTooExpensive."""
    try:
        async with database.transaction():
            await database.queue(
                """
                SELECT set_config('statement_timeout', %(most)s, true),
                       set_config('work_mem', %(memory)s, true), set_config('jit', 'off', true)
                """,
                {"most": f"{QUERY_SECONDS}s", "memory": MEMORY},
            )
            yield
    except Unavailable as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise QueryTooExpensive from error
        raise
