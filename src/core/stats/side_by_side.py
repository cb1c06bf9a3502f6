import asyncio
from collections.abc import Awaitable, Iterable

from core.stats.constants import AT_ONCE


async def side_by_side[R](works: Iterable[Awaitable[R]]) -> list[R]:
    """Do some at a time; raise the first error once all have ended: none goes on behind an answer.

    A task group would raise an exception group, which says nothing to whoever asked.
    """
    places = asyncio.Semaphore(AT_ONCE)

    async def done(work: Awaitable[R]) -> R:
        async with places:
            return await work

    results = await asyncio.gather(*map(done, works), return_exceptions=True)
    found: list[R] = []
    for one in results:
        if isinstance(one, BaseException):
            raise one
        found.append(one)
    return found
