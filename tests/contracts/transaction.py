"""What every adapter of Transaction must do."""

import asyncio
from contextlib import suppress

import pytest

from bootstrap import Container
from tests import factories


class TransactionContract:
    async def test_leaving_keeps_everything_that_was_written(self, container: Container) -> None:
        ada, bob = factories.user(), factories.user()

        async with container.transaction()():
            await container.users().add(ada)
            assert await container.users().get(ada.id) == ada
            await container.users().add(bob)

        assert await container.users().get(ada.id) == ada
        assert await container.users().get(bob.id) == bob

    async def test_a_failure_forgets_what_was_written(self, container: Container) -> None:
        ada = factories.user()

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.users().add(ada)
                raise RuntimeError

        assert await container.users().get(ada.id) is None

    async def test_whoever_is_cancelled_leaves_nothing(self, container: Container) -> None:
        ada, written = factories.user(), asyncio.Event()

        async def interrupted() -> None:
            async with container.transaction()():
                await container.users().add(ada)
                written.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(interrupted())
        await written.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

        assert await container.users().get(ada.id) is None

    async def test_an_inner_one_can_fail_alone(self, container: Container) -> None:
        ada, bob, eve = factories.user(), factories.user(), factories.user()

        async with container.transaction()():
            await container.users().add(ada)
            with pytest.raises(RuntimeError):
                async with container.transaction()():
                    await container.users().add(bob)
                    raise RuntimeError
            async with container.transaction()():
                await container.users().add(eve)

        assert await container.users().get(ada.id) == ada
        assert await container.users().get(bob.id) is None
        assert await container.users().get(eve.id) == eve

    async def test_what_an_inner_one_kept_is_lost_with_the_outer(
        self, container: Container
    ) -> None:
        ada = factories.user()

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                async with container.transaction()():
                    await container.users().add(ada)
                raise RuntimeError

        assert await container.users().get(ada.id) is None

    async def test_a_joined_one_fails_with_what_joined_it(self, container: Container) -> None:
        ada, bob = factories.user(), factories.user()

        with pytest.raises(RuntimeError):
            async with container.transaction()(joined=True):
                await container.users().add(ada)
                async with container.transaction()():
                    await container.users().add(bob)
                    raise RuntimeError

        assert await container.users().get(ada.id) is None
        assert await container.users().get(bob.id) is None

    async def test_a_joined_one_lends_itself_to_the_first_alone(self, container: Container) -> None:
        ada, bob = factories.user(), factories.user()

        async with container.transaction()(joined=True):
            async with container.transaction()():
                await container.users().add(ada)
            with pytest.raises(RuntimeError):
                async with container.transaction()():
                    await container.users().add(bob)
                    raise RuntimeError

        assert await container.users().get(ada.id) == ada
        assert await container.users().get(bob.id) is None

    async def test_a_task_it_spawns_writes_for_itself(self, container: Container) -> None:
        ada, bob = factories.user(), factories.user()

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.users().add(ada)
                spawned = asyncio.create_task(container.users().add(bob))
                await asyncio.sleep(0.01)
                raise RuntimeError
        await spawned

        assert await container.users().get(ada.id) is None
        assert await container.users().get(bob.id) == bob

    async def test_rolling_one_task_back_keeps_what_another_wrote(
        self, container: Container
    ) -> None:
        ada, bob = factories.user(), factories.user()
        opened = asyncio.Event()

        async def fails() -> None:
            async with container.transaction()():
                await container.users().add(ada)
                opened.set()
                await asyncio.sleep(0.01)
                raise RuntimeError

        async def writes() -> None:
            await opened.wait()
            await container.users().add(bob)

        await asyncio.gather(fails(), writes(), return_exceptions=True)

        assert await container.users().get(ada.id) is None
        assert await container.users().get(bob.id) == bob

    async def test_many_at_once_keep_apart(self, container: Container) -> None:
        people = [factories.user() for _ in range(12)]

        async def adds(number: int) -> None:
            async with container.transaction()():
                await container.users().add(people[number])
                await asyncio.sleep(0)
                if number % 3 == 0:
                    raise RuntimeError

        await asyncio.gather(*map(adds, range(12)), return_exceptions=True)

        found = [await container.users().get(one.id) for one in people]
        assert found == [None if n % 3 == 0 else one for n, one in enumerate(people)]
