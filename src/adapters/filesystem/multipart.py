import json
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, override

from adapters.filesystem.folder import BATCH, Draft, Folder, drafted, private, stored
from core.storage import exceptions, ports
from core.storage.models import OpenMultipart, Part, Stored

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
        await self._folder.run(_made, self._folder.parts / upload_id, key)
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
        with Draft(self._folder) as draft:
            for part in parts:
                _append(draft, place / f"{part.number:05}-{part.etag}", part.number)
            draft.publish(target)
            digest = draft.sha256
        shutil.rmtree(place, ignore_errors=True)
        return Stored(size=draft.size, etag=target.name, sha256=digest)

    @override
    async def abort(self, key: str, upload_id: str) -> None:
        if _UPLOAD_ID.fullmatch(upload_id):
            place = self._folder.parts / upload_id
            await self._folder.run(shutil.rmtree, place, ignore_errors=True)

    @override
    async def begun(self, before: datetime) -> list[OpenMultipart]:
        """Besides, drafts that old are removed: whoever wrote them died over it."""
        return await self._folder.run(self._older, before)

    def _older(self, before: datetime) -> list[OpenMultipart]:
        for path in _children(self._folder.drafts):
            if _modified(path) < before:
                path.unlink(missing_ok=True)
        return [
            OpenMultipart(
                key=json.loads((place / KEY).read_text()),
                upload_id=place.name,
                begun_at=_modified(place / KEY),
            )
            for place in _children(self._folder.parts)
            if (place / KEY).exists() and _modified(place / KEY) < before
        ]

    def _place(self, key: str, upload_id: str) -> Path:
        place = self._folder.parts / upload_id
        if not _UPLOAD_ID.fullmatch(upload_id) or not (place / KEY).exists():
            raise exceptions.UploadNotFound
        if json.loads((place / KEY).read_text()) != key:
            raise exceptions.UploadNotFound
        return place


def _made(place: Path, key: str) -> None:
    private(place)
    (place / KEY).write_text(json.dumps(key))


def _parts(place: Path) -> list[tuple[Path, Part]]:
    """Return the parts that arrived by number; of two with one number, the later one."""
    found: dict[int, tuple[Path, Part]] = {}
    for path in sorted(_children(place), key=lambda one: one.stat().st_mtime_ns):
        if named := _PART.fullmatch(path.name):
            kept = stored(path)
            number = int(named[1])
            if kept is not None:
                found[number] = path, Part(number=number, size=kept.size, etag=named[2])
    return [found[number] for number in sorted(found)]


def _append(draft: Draft, path: Path, number: int) -> None:
    try:
        with path.open("rb") as file:
            while data := file.read(BATCH):
                draft.write(data)
    except FileNotFoundError:
        raise exceptions.PartsInvalid(f"Part {number} is not there.", parts=[number]) from None


def _children(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
