"""PostgreSQL's own programs, told where a database is without saying its password aloud."""

import asyncio
import os
import shutil
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, cast
from urllib.parse import unquote, urlsplit

type Said = Callable[[str], None]
"""Told each line that a program says about what it does."""

LINES: Final = 12
CHUNK: Final = 2**16


def _nobody(_: str) -> None: ...


class ProgramFailed(RuntimeError):
    """One of PostgreSQL's programs is missing or did not do as it was told.

    The message is for a person: what happened, and what the program said last.
    """


class Program(NamedTuple):
    """What to start, and the password that its database wants."""

    arguments: list[str]
    password: str | None = None

    async def start(self, **pipes: int) -> Process:
        if self.password:  # through the environment: everybody on the machine can see arguments
            os.putenv("PGPASSWORD", self.password)
        return await asyncio.create_subprocess_exec(*self.arguments, **cast("Any", pipes))

    @property
    def name(self) -> str:
        return Path(self.arguments[0]).name


class Programs:
    """Those of a folder, which know no TLS, and those of the PATH."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def on(self, url: str, name: str, *options: str) -> Program:
        """Return a program that works on a database."""
        address, password = without_password(url)
        return self.beside(url, name, f"--dbname={address}", *options)._replace(password=password)

    def beside(self, url: str, name: str, *options: str) -> Program:
        """Return one as it fits a database: across a network rather the PATH's."""
        ours = self._folder / name
        found = [str(ours) if ours.exists() else None, shutil.which(name)]
        if urlsplit(url).hostname is not None:
            found.reverse()
        for path in filter(None, found):
            return Program([path, *options])
        raise ProgramFailed(f"There is no {name}: install PostgreSQL's client programs.")


async def run(
    program: Program, *, said: Said = _nobody, told: AsyncGenerator[bytes] | None = None
) -> None:
    """Run one to its end, and tell it what it reads. Raise ProgramFailed."""
    async with _running(program, said, stdin=PIPE) as process, aclosing(told or _nothing()) as all_:
        with suppress(ConnectionError):  # it gave up, and says why
            async for chunk in all_:
                process.stdin.write(chunk)
                await process.stdin.drain()
        process.stdin.close()


async def output(program: Program, *, said: Said = _nobody) -> AsyncGenerator[bytes]:
    """Run one and return what it writes, bit by bit. Raise ProgramFailed once it fails."""
    async with _running(program, said, stdout=PIPE) as process:
        while chunk := await process.stdout.read(CHUNK):
            yield chunk


@asynccontextmanager
async def _running(
    program: Program, said: Said, *, stdin: int = DEVNULL, stdout: int = DEVNULL
) -> AsyncIterator[Any]:
    """Start one; wait for its end, or end it if nobody waits any more."""
    process = await program.start(stdin=stdin, stdout=stdout, stderr=PIPE)
    hearing = asyncio.create_task(_heard(process, said))
    try:
        yield process
        last, code = await hearing, await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        hearing.cancel()
        await asyncio.wait([hearing])
        await process.communicate()  # nobody ends before what it wrote was read
    if code:
        raise ProgramFailed("\n".join([f"{program.name} ended with {code}.", *last]))


async def _heard(process: Process, said: Said) -> deque[str]:
    last: deque[str] = deque(maxlen=LINES)
    async for line in cast("StreamReader", process.stderr):
        last.append(line.decode(errors="replace").rstrip())
        said(last[-1])
    return last


async def _nothing() -> AsyncGenerator[bytes]:
    return
    yield


def without_password(url: str) -> tuple[str, str | None]:
    """Take the password out of an address."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, None
    _, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{parts.username}@{host}").geturl(), unquote(parts.password)
