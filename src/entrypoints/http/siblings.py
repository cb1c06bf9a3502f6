"""Several processes behind one port: whichever is asked for its numbers tells those of all.

Else a scrape would see one of them by chance, and its counters would jump back and forth.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

PATIENCE: Final = 2
"""Seconds that a process which hangs may keep the others waiting."""


class Siblings:
    """The processes of one `serve`, each with a socket in a folder that is theirs alone.

    Whoever does not answer is left out, as Prometheus leaves out a target that is down.
    """

    def __init__(self, folder: Path, render: Callable[[], tuple[bytes, str]]) -> None:
        self._socket = folder / str(os.getpid())
        self._render = render

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Tell siblings our numbers whenever they connect."""

        async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            body, _media_type = await asyncio.to_thread(self._render)
            writer.write(body)
            writer.close()

        async with await asyncio.start_unix_server(tell, self._socket):
            yield

    async def told(self) -> tuple[bytes, str]:
        """Return what all of us have to tell, and its content type."""
        others = [one for one in self._socket.parent.iterdir() if one != self._socket]
        (own, media_type), answers = await asyncio.gather(
            asyncio.to_thread(self._render), asyncio.gather(*map(_asked, others))
        )
        told = {one.name: answer for one, answer in zip(others, answers, strict=True)}
        told[self._socket.name] = own
        return merged(told), media_type


async def _asked(socket: Path) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                return await reader.read()
            finally:
                writer.close()
    except OSError:  # it has ended, was killed or takes too long
        return b""


def merged(told: Mapping[str, bytes]) -> bytes:
    """Join texts for Prometheus; the label `worker` says whose a number is.

    A metric has to come in one piece, so its samples are gathered under its first heading.
    """
    metrics: dict[str, dict[str, None]] = {}
    for worker, text in told.items():
        lines: dict[str, None] = {}
        for line in filter(None, text.decode().split("\n")):
            if line.startswith("#"):  # "# HELP name ..." and "# TYPE name ..."
                lines = metrics.setdefault(line.split(" ", 3)[2], {})
                lines[line] = None
            else:
                lines[_labelled(line, worker)] = None
    return "".join(f"{line}\n" for lines in metrics.values() for line in lines).encode()


def _labelled(sample: str, worker: str) -> str:
    name, brace, rest = sample.partition("{")
    if brace:
        return f'{name}{{worker="{worker}",{rest}'
    name, _, value = sample.partition(" ")
    return f'{name}{{worker="{worker}"}} {value}'
