import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Final, Self

from adapters.filesystem.folder import BATCH, Folder, settle
from core.storage import exceptions
from core.storage.streams import batched, exactly

NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Draft:
    """A file on its way: nobody sees it before it is whole and on the disk.

    Threads use it by turns: whoever gives up does not wait for the one that still writes, and must
    not close the file under it.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.path = folder.drafts / secrets.token_hex(16)
        self.size = 0
        self._digest = sha256()
        self._turn = Lock()
        self._file: BinaryIO | None = None
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._over = True
            if self._file is not None:
                self._file.close()
                self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        with self._turn:
            self._digest.update(data)
            self.size += len(data)
            self._opened().write(data)

    @property
    def sha256(self) -> bytes:
        return self._digest.digest()

    def publish(self, target: Path) -> None:
        """Give it its name unless that is taken: of many at once one succeeds."""
        with self._turn:
            self._settle()
            self._folder.make(target.parent)
            try:
                target.hardlink_to(self.path)
            except FileExistsError:
                raise exceptions.ObjectExists from None
            settle(target.parent)

    def replace(self, target: Path) -> None:
        """Give it its name, whatever had it before; raise FileNotFoundError without a folder."""
        with self._turn:
            self._settle()
            self.path.replace(target)
            settle(target.parent)

    def _opened(self) -> BinaryIO:
        if self._over:
            raise RuntimeError("Nobody waits for this file any more.")
        if self._file is None:
            self._folder.make(self.path.parent)
            self._file = os.fdopen(os.open(self.path, NEW, 0o600), "wb")
        return self._file

    def _settle(self) -> None:
        file = self._opened()
        file.flush()
        os.fsync(file.fileno())


async def drafted(
    folder: Folder, chunks: AsyncIterator[bytes], size: int, finish: Callable[[Draft], Any]
) -> Draft:
    """Write what comes into a draft and finish it: raise if it is more than `size`, or less."""
    draft = Draft(folder)
    writing = asyncio.ensure_future(asyncio.sleep(0))
    try:
        async for batch in batched(exactly(chunks, size), BATCH):
            await writing  # the last batch, while this one came
            writing = asyncio.ensure_future(folder.run(draft.write, batch))
        await writing
        await folder.run(finish, draft)
    finally:
        await asyncio.gather(writing, return_exceptions=True)
        await folder.run(draft.__exit__)
    return draft
