import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Final

type Lookup = Callable[[str, int], Awaitable[list[str]]]
"""Finds a host's addresses; none if there is no such host."""

AT_ONCE: Final = 4


class SystemLookup:
    """Asks the system, for a few names at once.

    A lookup can't be stopped, it occupies its thread until the system gives up. So it occupies its
    place here as well, even when nobody waits for it any more: names that somebody made slow on
    purpose hold each other up, and not everything else that needs a thread.
    """

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, host: str, port: int) -> list[str]:
        await self._places.acquire()
        lookup = asyncio.ensure_future(_addresses(host, port))
        lookup.add_done_callback(lambda _: self._places.release())
        return await asyncio.shield(lookup)


async def _addresses(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
