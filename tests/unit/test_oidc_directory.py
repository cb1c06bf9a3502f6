"""What is remembered of sign-in providers, and for how long."""

import asyncio

import httpx
import pytest

from adapters.oidc.directory import PROVIDERS, Directory, Kept
from core.accounts.sso.exceptions import IdpError
from tests.clock import FakeClock


class Source:
    """Something that is read slowly: a test says when it answers, and that it fails."""

    def __init__(self) -> None:
        self.reads = 0
        self.open = asyncio.Event()
        self.open.set()
        self.failure: Exception | None = None

    async def read(self) -> int:
        self.reads += 1
        read = self.reads
        await self.open.wait()
        if self.failure:
            raise self.failure
        return read


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def kept(source: Source, clock: FakeClock) -> Kept[int]:
    return Kept(source.read, clock)


async def test_is_read_once_an_hour(kept: Kept[int], clock: FakeClock) -> None:
    assert [await kept.get(), await kept.get()] == [1, 1]

    clock.forward(minutes=60)
    assert await kept.get() == 1
    clock.forward(seconds=1)
    assert await kept.get() == 2


async def test_is_read_by_one_for_all_who_wait(kept: Kept[int], source: Source) -> None:
    source.open.clear()
    waiting = [asyncio.create_task(kept.get()) for _ in range(9)]
    waiting += [asyncio.create_task(kept.again()) for _ in range(9)]
    await asyncio.sleep(0)
    source.open.set()

    assert await asyncio.gather(*waiting) == [1] * 18


async def test_who_gives_up_takes_nothing_from_the_others(kept: Kept[int], source: Source) -> None:
    source.open.clear()
    hasty, patient = asyncio.create_task(kept.get()), asyncio.create_task(kept.get())
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait([hasty])
    source.open.set()

    assert hasty.cancelled()
    assert await patient == 1


async def test_is_read_again_after_a_pause(kept: Kept[int], clock: FakeClock) -> None:
    await kept.get()
    clock.forward(seconds=30)
    assert await kept.again() == 1
    clock.forward(seconds=1)
    assert [await kept.again(), await kept.again(), await kept.get()] == [2, 2, 2]


async def test_a_failed_attempt_counts_for_the_pause(
    kept: Kept[int], source: Source, clock: FakeClock
) -> None:
    await kept.get()
    clock.forward(seconds=31)
    source.failure = IdpError()
    with pytest.raises(IdpError):
        await kept.again()

    assert await kept.again() == 1
    assert source.reads == 2


async def test_all_who_wait_hear_of_a_failure_and_the_next_one_tries_again(
    kept: Kept[int], source: Source
) -> None:
    source.open.clear()
    source.failure = IdpError()
    waiting = [asyncio.create_task(kept.get()) for _ in range(3)]
    await asyncio.sleep(0)
    source.open.set()
    heard = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in heard] == [IdpError] * 3

    source.failure = None
    assert await kept.get() == 2


async def test_a_failure_that_nobody_waits_for_is_no_ones_trouble(
    kept: Kept[int], source: Source
) -> None:
    source.open.clear()
    source.failure = IdpError()
    hasty = asyncio.create_task(kept.get())
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait([hasty])

    source.open.set()
    for _ in range(3):  # the reading, then its end
        await asyncio.sleep(0)

    source.failure = None
    assert await kept.get() == 2


def test_the_provider_that_was_asked_for_longest_ago_is_forgotten(clock: FakeClock) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(404))
    directory = Directory(transport, clock, loopback=False)
    known = {n: directory.of(f"https://{n}.example.com") for n in range(PROVIDERS)}

    assert directory.of("https://0.example.com") is known[0]
    directory.of("https://another.example.com")

    assert directory.of("https://0.example.com") is known[0]
    assert directory.of("https://1.example.com") is not known[1]
