"""What a question that takes too long is answered."""

import pytest

from adapters.postgres.stats import limited
from bootstrap import Container
from core.stats.exceptions import QueryTooExpensive


async def test_a_question_that_takes_too_long_is_told_so(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited, "QUERY_SECONDS", 0.05)
    database = container.database()

    with pytest.raises(QueryTooExpensive):
        async with limited.limited(database):
            await database.fetch_values("SELECT pg_sleep(5)::text", {}, scope=None)
