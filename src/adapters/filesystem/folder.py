import asyncio
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from core.storage import exceptions
from core.storage.models import Stored

BATCH: Final = 1024 * 1024
"""Bytes that go to a thread at once: a quarter faster than as they come from the network."""

THREADS: Final = 16
_KEY: Final = re.compile(r"[a-z0-9]{1,64}(/[a-z0-9]{1,64}){0,5}")
_SHARD: Final = 6
"""Leading digits of an object's id: a folder holds four hours, and keys stay in their order."""


class Folder:
    """Where files lie: objects, drafts of them, and the parts of larger ones."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects, self.drafts, self.parts = root / "objects", root / "drafts", root / "parts"
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="files")

    async def run[**P, R](self, call: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Do what blocks in one of few threads."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, partial(call, *given, **named))
        except OSError as error:  # a full disk, say
            raise exceptions.StoreUnavailable(retry_after=5) from error

    def path(self, key: str) -> Path:
        """Return where a key lies; raise ValueError for what is none of ours."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key of an object.")
        place, _, name = key.rpartition("/")
        return self.objects / place / name[:_SHARD] / name

    def key(self, path: Path) -> str:
        *place, _, name = path.relative_to(self.objects).parts
        return "/".join([*place, name])

    def make(self, folder: Path) -> None:
        """Make a folder of ours that nobody else looks into, and that survives a power cut."""
        if folder.is_dir():
            return
        if folder != self.root:
            self.make(folder.parent)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # above the root: as usual
        settle(folder.parent)


def settle(folder: Path) -> None:
    """Have the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored(path: Path) -> Stored | None:
    """Describe a file. Its bytes never change, so its name tells it apart from all others."""
    try:
        return Stored(size=path.stat().st_size, etag=path.name)
    except FileNotFoundError:
        return None
