import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, override

from adapters.filesystem.draft import NEW, Draft, drafted
from adapters.filesystem.folder import BATCH, Folder, settle, stored
from core.storage import exceptions, ports
from core.storage.models import OpenMultipart, Part, Stored
from core.storage.streams import check_order

KEY: Final = "key"
_UPLOAD_ID: Final = re.compile(r"[0-9a-f]{32}")
_PART: Final = re.compile(r"(\d{5})-([0-9a-f]{64})")


class MultipartUploads(ports.MultipartUploads):
    """A folder an upload, a file a part: named by its number and what is in it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @override
    async def begin(self, key: str, content_type: str) -> str:
        self._folder.path(key)
        upload_id = secrets.token_hex(16)
        await self._folder.run(self._make, upload_id, key)
        return upload_id

    @override
    async def put(
        self, key: str, upload_id: str, number: int, chunks: AsyncIterator[bytes], *, size: int
    ) -> Part:
        place = await self._folder.run(self._place, key, upload_id)

        def finish(draft: Draft) -> None:
            older = [path for path, part in _parts(place) if part.number == number]
            name = place / f"{number:05}-{draft.sha256.hex()}"
            try:
                draft.replace(name)
            except FileNotFoundError:
                raise exceptions.UploadNotFound from None  # aborted meanwhile
            for path in older:
                if path != name:
                    path.unlink(missing_ok=True)

        draft = await drafted(self._folder, chunks, size, finish)
        return Part(number=number, size=size, etag=draft.sha256.hex())

    @override
    async def parts(self, key: str, upload_id: str) -> list[Part]:
        def found() -> list[Part]:
            return [part for _, part in _parts(self._place(key, upload_id))]

        return await self._folder.run(found)

    @override
    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> Stored:
        return await self._folder.run(self._completed, key, upload_id, parts)

    def _completed(self, key: str, upload_id: str, parts: Sequence[Part]) -> Stored:
        place, target = self._place(key, upload_id), self._folder.path(key)
        check_order([part.number for part in parts])
        arrived = {(part.number, part.etag): path for path, part in _parts(place)}
        missing = [one.number for one in parts if (one.number, one.etag) not in arrived]
        if missing:
            raise exceptions.PartsInvalid(f"Part {missing[0]} is not there.", parts=missing)
        with Draft(self._folder) as draft:
            for part in parts:
                _append(draft, arrived[part.number, part.etag])
            draft.publish(target)
            digest = draft.sha256
        shutil.rmtree(place, ignore_errors=True)
        return Stored(size=draft.size, etag=target.name, sha256=digest)

    @override
    async def abort(self, key: str, upload_id: str) -> None:
        with suppress(exceptions.UploadNotFound):
            place = await self._folder.run(self._place, key, upload_id)
            await self._folder.run(shutil.rmtree, place, ignore_errors=True)

    @override
    async def begun(self, before: datetime) -> list[OpenMultipart]:
        """Besides, drafts that old are removed: whoever wrote them died over it."""
        return await self._folder.run(self._older, before)

    def _older(self, before: datetime) -> list[OpenMultipart]:
        for path in _children(self._folder.drafts):
            with suppress(FileNotFoundError):  # here and below: finished meanwhile
                if _modified(path) < before:
                    path.unlink()
        found = list[OpenMultipart]()
        for place in _children(self._folder.parts):
            with suppress(FileNotFoundError):
                begun_at = _modified(place / KEY)
                if begun_at < before:
                    key = (place / KEY).read_text()
                    found.append(OpenMultipart(key=key, upload_id=place.name, begun_at=begun_at))
        return found

    def _make(self, upload_id: str, key: str) -> None:
        place = self._folder.parts / upload_id
        self._folder.make(place)
        with os.fdopen(os.open(place / KEY, NEW, 0o600), "w") as file:
            file.write(key)
        settle(place)

    def _place(self, key: str, upload_id: str) -> Path:
        place = self._folder.parts / upload_id
        with suppress(FileNotFoundError):
            if _UPLOAD_ID.fullmatch(upload_id) and (place / KEY).read_text() == key:
                return place
        raise exceptions.UploadNotFound


def _parts(place: Path) -> list[tuple[Path, Part]]:
    """Return the parts that arrived by number; of two with one number, the later one."""
    found: dict[int, tuple[Path, Part]] = {}
    for path in sorted(_children(place), key=_written):
        named, kept = _PART.fullmatch(path.name), stored(path)
        if named and kept:
            number = int(named[1])
            found[number] = path, Part(number=number, size=kept.size, etag=named[2])
    return [found[number] for number in sorted(found)]


def _append(draft: Draft, path: Path) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise exceptions.UploadNotFound from None  # aborted meanwhile
    with file:
        while data := file.read(BATCH):
            draft.write(data)


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0  # replaced meanwhile


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
