from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256 as digest_of
from typing import Any, Final, override

from adapters.s3.client import Bucket
from adapters.s3.multipart import MultipartUploads
from core.storage import exceptions, parts, ports
from core.storage.constants import MIB
from core.storage.models import Part, StoreCapabilities, Stored, StoredKey
from core.storage.streams import batched, check_digest, exactly, gathered

BATCH: Final = MIB
IN_ONE_PIECE: Final = 16 * MIB
COPIED_AT_ONCE: Final = 512 * MIB
"""S3 copies 5 GiB in one request; within our patience, rather less."""


class ObjectReader(ports.ObjectReader):
    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @override
    async def head(self, key: str) -> Stored | None:
        return await self._bucket.found(key)

    @override
    async def read(self, key: str, start: int, length: int) -> bytes:
        return b"".join([piece async for piece in self.stream(key, start, start + length)])

    @override
    async def stream(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        if stop is not None and stop <= start:  # no range says so
            if await self.head(key) is None:
                raise exceptions.BytesMissing
            return
        wanted: Any = {"Range": f"bytes={start}-{'' if stop is None else stop - 1}"}
        try:
            found = await self._bucket.run(
                self._bucket.client.get_object,
                **self._bucket.place(key),
                **(wanted if start or stop else {}),
            )
        except exceptions.RangeNotSatisfiable:
            return
        with found["Body"] as body:
            while data := await self._bucket.run(body.read, BATCH):
                yield data

    @override
    async def keys(self, after: str | None, *, limit: int) -> list[StoredKey]:
        found = await self._bucket.run(
            self._bucket.client.list_objects_v2,
            Bucket=self._bucket.name,
            Prefix=self._bucket.at("o/"),
            StartAfter=self._bucket.at(after or ""),
            MaxKeys=limit,
        )
        return [
            StoredKey(
                key=self._bucket.key(one["Key"]),
                size=one["Size"],
                modified_at=one["LastModified"],
            )
            for one in found.get("Contents", ())
        ]


class ObjectWriter(ports.ObjectWriter):
    def __init__(
        self, bucket: Bucket, multipart: MultipartUploads, copied_at_once: int = COPIED_AT_ONCE
    ) -> None:
        self._bucket = bucket
        self._multipart = multipart
        self._copied_at_once = copied_at_once

    @property
    @override
    def capabilities(self) -> StoreCapabilities:
        return StoreCapabilities(
            checks_sha256=self._bucket.config.trusts_checksums, serves_itself=True
        )

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
        if size > IN_ONE_PIECE:
            return await self._put_parts(key, chunks, size, content_type, sha256)
        data = await gathered(chunks, size)
        return await self._bucket.run(self._put, key, data, content_type, sha256)

    def _put(self, key: str, data: bytes, content_type: str, sha256: bytes | None) -> Stored:
        """Hash and send it: in a thread, for both take a while."""
        digest = digest_of(data).digest()
        check_digest(digest, sha256)
        kept = self._bucket.client.put_object(
            Body=data,
            ContentLength=len(data),
            ContentType=content_type,
            IfNoneMatch="*",
            ChecksumSHA256=b64encode(digest).decode(),
            **self._bucket.place(key),
            **self._bucket.config.encryption(),
        )
        return Stored(size=len(data), etag=kept["ETag"].strip('"'), sha256=digest)

    async def _put_parts(
        self,
        key: str,
        chunks: AsyncIterator[bytes],
        size: int,
        content_type: str,
        sha256: bytes | None,
    ) -> Stored:
        """Send one part at a time, so that no more than one is ever in memory."""
        digest, sent = digest_of(), list[Part]()
        async with self._assembled(key, content_type) as upload_id:
            async for piece in batched(exactly(chunks, size), parts.plan(size).size):
                await self._bucket.run(digest.update, piece)
                sent.append(await self._multipart.send(key, upload_id, len(sent) + 1, piece))
            check_digest(digest.digest(), sha256)
            made = await self._multipart.complete(key, upload_id, sent)
        return made.model_copy(update={"sha256": digest.digest()})

    @override
    async def copy(self, source: str, target: str, content_type: str) -> Stored:
        found = await self._bucket.found(source)
        if found is None:
            raise exceptions.BytesMissing
        if found.size > self._copied_at_once:
            return await self._copy_parts(source, target, content_type, found.size)
        await self._bucket.run(
            self._bucket.client.copy_object,
            CopySource={"Bucket": self._bucket.name, "Key": self._bucket.at(source)},
            ContentType=content_type,
            MetadataDirective="REPLACE",
            IfNoneMatch="*",
            **self._bucket.place(target),
            **self._bucket.config.encryption(),
        )
        return await self._bucket.made(target)

    async def _copy_parts(self, source: str, target: str, content_type: str, size: int) -> Stored:
        step = max(self._copied_at_once, parts.plan(size).size)
        sent = list[Part]()
        async with self._assembled(target, content_type) as upload_id:
            for start in range(0, size, step):
                stop, number = min(start + step, size), len(sent) + 1
                sent.append(
                    await self._multipart.fetch(target, upload_id, number, source, start, stop)
                )
            return await self._multipart.complete(target, upload_id, sent)

    @asynccontextmanager
    async def _assembled(self, key: str, content_type: str) -> AsyncIterator[str]:
        """Begin an upload, and abort it whatever goes wrong; what then stays is swept later."""
        upload_id = await self._multipart.begin(key, content_type)
        try:
            yield upload_id
        except BaseException:
            with suppress(exceptions.StoreUnavailable):
                await self._multipart.abort(key, upload_id)
            raise

    @override
    async def delete(self, key: str) -> None:
        with suppress(exceptions.BytesMissing):
            await self._bucket.run(self._bucket.client.delete_object, **self._bucket.place(key))
