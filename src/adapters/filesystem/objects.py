import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, override

from adapters.filesystem.draft import Draft, drafted
from adapters.filesystem.folder import BATCH, Folder, settle, stored
from core.storage import exceptions, ports
from core.storage.models import StoreCapabilities, Stored, StoredKey
from core.storage.streams import check_digest


class ObjectReader(ports.ObjectReader):
    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @override
    async def head(self, key: str) -> Stored | None:
        return await self._folder.run(stored, self._folder.path(key))

    @override
    async def read(self, key: str, start: int, length: int) -> bytes:
        return await self._folder.run(_read, self._folder.path(key), start, length)

    @override
    async def stream(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        file = await self._folder.run(_opened, self._folder.path(key), start)
        try:
            left = stop - start if stop is not None else None
            while left is None or left > 0:
                wanted = BATCH if left is None else min(BATCH, left)
                data = await self._folder.run(file.read, wanted)
                if not data:
                    return
                left = None if left is None else left - len(data)
                yield data
        finally:
            await self._folder.run(file.close)

    @override
    async def keys(self, after: str | None, *, limit: int) -> list[StoredKey]:
        return await self._folder.run(lambda: list(islice(self._walk(after or ""), limit)))

    def _walk(self, after: str) -> Iterator[StoredKey]:
        """Yield what comes after a key; folders that lie before it are not looked into."""
        last = self._folder.path(after) if after else None
        for path in _files(self._folder.objects, last):
            with suppress(FileNotFoundError):  # deleted meanwhile
                stat = path.stat()
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                yield StoredKey(key=self._folder.key(path), size=stat.st_size, modified_at=modified)


def _files(folder: Path, last: Path | None) -> Iterator[Path]:
    """Yield the files in a folder, in the order of their names, those after `last`."""
    if not folder.is_dir():
        return
    bound = last.parts[len(folder.parts) :][:1] if last and last.is_relative_to(folder) else ()
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if bound and entry.name < bound[0]:
            continue
        within = last if bound and entry.name == bound[0] else None
        if entry.is_dir():
            yield from _files(Path(entry.path), within)
        elif within is None:
            yield Path(entry.path)


def _opened(path: Path, start: int) -> BinaryIO:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise exceptions.BytesMissing from None
    file.seek(start)
    return file


def _read(path: Path, start: int, length: int) -> bytes:
    with _opened(path, start) as file:
        return file.read(length)


class ObjectWriter(ports.ObjectWriter):
    capabilities = StoreCapabilities()

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @override
    async def put(
        self,
        key: str,
        chunks: AsyncIterator[bytes],
        *,
        size: int,
        content_type: str,
        sha256: bytes | None = None,
    ) -> Stored:
        target = self._folder.path(key)

        def finish(draft: Draft) -> None:
            check_digest(draft.sha256, sha256)
            draft.publish(target)

        draft = await drafted(self._folder, chunks, size, finish)
        return Stored(size=size, etag=target.name, sha256=draft.sha256)

    @override
    async def copy(self, source: str, target: str, content_type: str) -> Stored:
        return await self._folder.run(
            self._copied, self._folder.path(source), self._folder.path(target)
        )

    def _copied(self, source: Path, target: Path) -> Stored:
        """Copy byte for byte: a second name for one file would let one purge look like two."""
        try:
            file = source.open("rb")
        except FileNotFoundError:
            raise exceptions.BytesMissing from None
        with file, Draft(self._folder) as draft:
            while data := file.read(BATCH):
                draft.write(data)
            draft.publish(target)
            return Stored(size=draft.size, etag=target.name, sha256=draft.sha256)

    @override
    async def delete(self, key: str) -> None:
        await self._folder.run(_removed, self._folder.path(key))


def _removed(path: Path) -> None:
    if path.exists():
        path.unlink(missing_ok=True)
        settle(path.parent)
