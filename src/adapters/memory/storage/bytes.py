from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256 as digest_of
from typing import override
from uuid import uuid4

from core import ports as kernel
from core.storage import exceptions, ports
from core.storage.models import OpenMultipart, Part, StoreCapabilities, Stored, StoredKey
from core.storage.streams import check_digest, check_order, gathered


class Shelf:
    """Where bytes lie: objects by their keys, parts by the uploads they belong to."""

    def __init__(self, clock: kernel.Clock) -> None:
        self.clock = clock
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.uploads: dict[str, OpenMultipart] = {}
        self.parts: defaultdict[str, dict[int, bytes]] = defaultdict(dict)

    def put(self, key: str, data: bytes) -> Stored:
        if key in self.objects:
            raise exceptions.ObjectExists
        self.objects[key] = data, self.clock.now()
        return Stored(size=len(data), etag=_name(key), sha256=digest_of(data).digest())


class ObjectReader(ports.ObjectReader):
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @override
    async def head(self, key: str) -> Stored | None:
        if key not in self._shelf.objects:
            return None
        return Stored(size=len(self._shelf.objects[key][0]), etag=_name(key))

    @override
    async def read(self, key: str, start: int, length: int) -> bytes:
        return self._found(key)[start : start + length]

    @override
    async def stream(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        data = self._found(key)[start:stop]
        for place in range(0, len(data), 1024):
            yield data[place : place + 1024]

    @override
    async def keys(self, after: str | None, *, limit: int) -> list[StoredKey]:
        return [
            StoredKey(key=key, size=len(data), modified_at=at)
            for key, (data, at) in sorted(self._shelf.objects.items())
            if key > (after or "")
        ][:limit]

    def _found(self, key: str) -> bytes:
        if key not in self._shelf.objects:
            raise exceptions.BytesMissing
        return self._shelf.objects[key][0]


class ObjectWriter(ports.ObjectWriter):
    capabilities = StoreCapabilities()

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

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
        data = await gathered(chunks, size)
        check_digest(digest_of(data).digest(), sha256)
        return self._shelf.put(key, data)

    @override
    async def copy(self, source: str, target: str, content_type: str) -> Stored:
        if source not in self._shelf.objects:
            raise exceptions.BytesMissing
        return self._shelf.put(target, self._shelf.objects[source][0])

    @override
    async def delete(self, key: str) -> None:
        self._shelf.objects.pop(key, None)


class MultipartUploads(ports.MultipartUploads):
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @override
    async def begin(self, key: str, content_type: str) -> str:
        upload = OpenMultipart(key=key, upload_id=uuid4().hex, begun_at=self._shelf.clock.now())
        self._shelf.uploads[upload.upload_id] = upload
        return upload.upload_id

    @override
    async def put(
        self, key: str, upload_id: str, number: int, chunks: AsyncIterator[bytes], *, size: int
    ) -> Part:
        self._check(key, upload_id)
        data = await gathered(chunks, size)
        self._check(key, upload_id)
        self._shelf.parts[upload_id][number] = data
        return _part(number, data)

    @override
    async def parts(self, key: str, upload_id: str) -> list[Part]:
        self._check(key, upload_id)
        return [_part(*one) for one in sorted(self._shelf.parts[upload_id].items())]

    @override
    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> Stored:
        arrived = {part.number: part for part in await self.parts(key, upload_id)}
        check_order([part.number for part in parts])
        wrong = [part.number for part in parts if arrived.get(part.number) != part]
        if wrong:
            raise exceptions.PartsInvalid(f"Part {wrong[0]} is not there.", parts=wrong)
        kept = self._shelf.parts[upload_id]
        made = self._shelf.put(key, b"".join(kept[part.number] for part in parts))
        await self.abort(key, upload_id)
        return made

    @override
    async def abort(self, key: str, upload_id: str) -> None:
        with suppress(exceptions.UploadNotFound):
            self._check(key, upload_id)
            self._shelf.uploads.pop(upload_id)
            self._shelf.parts.pop(upload_id, None)

    @override
    async def begun(self, before: datetime) -> list[OpenMultipart]:
        return [one for one in self._shelf.uploads.values() if one.begun_at < before]

    def _check(self, key: str, upload_id: str) -> None:
        upload = self._shelf.uploads.get(upload_id)
        if upload is None or upload.key != key:
            raise exceptions.UploadNotFound


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def _part(number: int, data: bytes) -> Part:
    return Part(number=number, size=len(data), etag=digest_of(data).hexdigest())
