"""What transactions promise beyond the contract, because only a database can keep it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest

from adapters import postgres
from adapters.embedded import Urls
from bootstrap import Container
from core.telemetry import NullTracer
from tests import factories

PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%set_config%%'"
WHOSE = "SELECT current_setting('app.organization_id')"


@pytest.fixture
async def alone(urls: Urls) -> AsyncIterator[postgres.Database]:
    """Return a database behind one connection."""
    async with postgres.pool(urls.app, least=1, most=1) as pool:
        yield postgres.Database(pool, NullTracer())


async def test_a_spawned_task_that_is_waited_for_does_not_write_into_its_parents_transaction(
    container: Container,
) -> None:
    ada, bob = factories.user(), factories.user()

    with pytest.raises(RuntimeError):
        async with container.transaction()():
            await container.users().add(ada)
            await asyncio.create_task(container.users().add(bob))
            raise RuntimeError

    assert await container.users().get(ada.id) is None
    assert await container.users().get(bob.id) == bob


async def test_nobody_else_sees_what_is_not_committed(container: Container) -> None:
    ada = factories.user()

    async with container.transaction()():
        await container.users().add(ada)
        assert await asyncio.create_task(container.users().get(ada.id)) is None

    assert await asyncio.create_task(container.users().get(ada.id)) == ada


async def test_a_server_that_goes_away_in_the_middle_leaves_nothing(
    container: Container, urls: Urls
) -> None:
    ada = factories.user()

    with pytest.raises(Exception, match=r"not answering|closed"):
        async with container.transaction()():
            await container.users().add(ada)
            [pid] = await container.database().fetch_values("SELECT pg_backend_pid()", {})
            with psycopg.connect(urls.superuser, autocommit=True) as superuser:
                superuser.execute("SELECT pg_terminate_backend(%s)", [pid])
            await container.users().add(factories.user())

    assert await container.users().get(ada.id) is None


async def test_a_statement_that_no_socket_takes_at_once_arrives(container: Container) -> None:
    database, text = container.database(), "x" * 16_000_000

    async def measured() -> list[int]:
        async with container.transaction()():
            await database.queue("SELECT length(%(text)s::text)", {"text": text})
            return await database.fetch_values("SELECT length(%(text)s::text)", {"text": text})

    async with asyncio.timeout(30):
        assert await measured() == [len(text)]
        assert await asyncio.gather(*(measured() for _ in range(3))) == [[len(text)]] * 3


async def test_whose_rows_a_statement_sees_is_prepared_once_and_told_each_time(
    alone: postgres.Database,
) -> None:
    for one in (uuid4(), uuid4(), uuid4()):
        assert await alone.fetch_values(WHOSE, {}, scope=one) == [str(one)]

    assert await alone.fetch_values(PREPARED, {}) == [1]
    assert await alone.fetch_values("SELECT current_setting('app.organization_id', true)", {}) in (
        [""],
        [None],
    )


@pytest.mark.parametrize("between", ["SELECT 1/0", "DROP TABLE IF EXISTS pg_temp.nothing"])
async def test_what_a_connection_forgot_is_prepared_again(
    alone: postgres.Database, between: str
) -> None:
    one = uuid4()
    for _ in range(3):
        assert await alone.fetch_values(WHOSE, {}, scope=one) == [str(one)]
        with suppress(psycopg.Error):
            async with alone.transaction():
                await alone.fetch_rows(between.encode(), {}, scope=one)
        assert await alone.fetch_values(WHOSE, {}, scope=one) == [str(one)]
        assert await alone.fetch_values(WHOSE, {}, scope=one) == [str(one)]

    assert await alone.fetch_values(PREPARED, {}) == [1]


async def test_a_statement_that_fails_or_is_left_spoils_no_connection(
    alone: postgres.Database,
) -> None:
    one = uuid4()
    for fails in ("SELECT length(%(text)s::text)", "SELECT 1/0"):
        with pytest.raises(psycopg.Error):
            await alone.fetch_values(fails, {"text": "\x00"}, scope=one)
        assert await alone.fetch_values(WHOSE, {}, scope=one) == [str(one)]
    for seconds in (0, 0.001, 0.05):
        asking = asyncio.create_task(alone.fetch_values("SELECT pg_sleep(30)", {}, scope=one))
        await asyncio.sleep(seconds)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await alone.fetch_values(WHOSE, {}, scope=one) == [str(one)]


@pytest.mark.parametrize("depth", [1, 199, 200, 900])
async def test_what_is_nested_deep_is_read_as_it_was_written(
    alone: postgres.Database, depth: int
) -> None:
    text = '{"a": [1.5, ' * depth + '"\\u00e9"' + "]}" * depth

    assert await alone.fetch_values("SELECT %(text)s::jsonb", {"text": text}) == [json.loads(text)]
