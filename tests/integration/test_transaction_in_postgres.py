"""What transactions promise beyond the contract, because only a database can keep it."""

import asyncio

import psycopg
import pytest

from adapters.embedded import Urls
from bootstrap import Container
from tests import factories


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
