"""What every adapter of Throttle must do."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.exceptions import RateLimited
from core.models import Limit


def attempt(count: int, *, seconds: int = 60) -> tuple[Limit, str]:
    """Return a limit, and somebody new whom it binds."""
    return Limit(name="test", count=count, seconds=seconds), uuid4().hex


class ThrottleContract:
    async def test_what_is_over_the_limit_is_refused_and_told_when_to_come_back(
        self, container: Container
    ) -> None:
        limited = attempt(3)
        for _ in range(3):
            await container.throttle().hit(limited)

        for _ in range(2):
            with pytest.raises(RateLimited) as refused:
                await container.throttle().hit(limited)

        assert 0 < (refused.value.retry_after or 0) <= 60
        [exceeded] = refused.value.exceeded
        assert (exceeded.name, exceeded.seconds) == ("test", 60)
        assert exceeded.seconds_left == refused.value.retry_after

    async def test_one_limit_counts_each_subject_and_each_name_alone(
        self, container: Container
    ) -> None:
        limit, who = attempt(1)
        await container.throttle().hit((limit, who))

        await container.throttle().hit((limit, uuid4().hex))
        await container.throttle().hit((limit.evolve(name="another"), who))
        with pytest.raises(RateLimited):
            await container.throttle().hit((limit, who))

    async def test_the_window_ends(self, container: Container) -> None:
        limited = attempt(1, seconds=1)
        await container.throttle().hit(limited)
        with pytest.raises(RateLimited) as refused:
            await container.throttle().hit(limited)

        await asyncio.sleep((refused.value.retry_after or 0) + 0.05)

        await container.throttle().hit(limited)

    async def test_an_attempt_counts_under_every_limit_and_the_longest_wait_is_told(
        self, container: Container
    ) -> None:
        short, long, wide = attempt(1, seconds=10), attempt(1, seconds=900), attempt(3)
        await container.throttle().hit(short, long, wide)

        with pytest.raises(RateLimited) as refused:
            await container.throttle().hit(short, long, wide)
        assert 10 < (refused.value.retry_after or 0) <= 900
        await container.throttle().hit(wide)
        with pytest.raises(RateLimited):
            await container.throttle().hit(wide)

    async def test_an_attempt_can_be_taken_back(self, container: Container) -> None:
        limits = attempt(1), attempt(1)

        for _ in range(5):
            await container.throttle().hit(*limits)
            await container.throttle().forgive(*limits)

    async def test_taking_back_gives_no_more_than_was_taken(self, container: Container) -> None:
        limited = attempt(1)
        for _ in range(3):
            await container.throttle().forgive(limited)
        await container.throttle().hit(limited)
        for _ in range(3):
            await container.throttle().forgive(limited)

        await container.throttle().hit(limited)
        with pytest.raises(RateLimited):
            await container.throttle().hit(limited)

    async def test_a_rollback_takes_no_attempt_back(self, container: Container) -> None:
        limited = attempt(1)

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.throttle().hit(limited)
                raise RuntimeError

        with pytest.raises(RateLimited):
            await container.throttle().hit(limited)

    async def test_of_many_at_once_as_many_pass_as_may(self, container: Container) -> None:
        limited = attempt(5)

        results = await asyncio.gather(
            *(container.throttle().hit(limited) for _ in range(20)), return_exceptions=True
        )

        assert results.count(None) == 5
        assert sum(isinstance(one, RateLimited) for one in results) == 15

    async def test_many_at_once_do_not_stand_in_each_others_way(self, container: Container) -> None:
        limits = [attempt(1000) for _ in range(3)]
        throttle = container.throttle()

        async def comes_and_goes(turn: int) -> None:
            mine = limits[turn % 3 :] + limits[: turn % 3]
            for _ in range(10):
                await throttle.hit(*mine)
                await throttle.forgive(*mine)

        await asyncio.gather(*map(comes_and_goes, range(8)))
