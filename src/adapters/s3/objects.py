from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import suppress
from hashlib import sha256 as digest_of
from typing import TYPE_CHECKING, Any, Final, override

from adapters.s3.client import Bucket
from adapters.s3.multipart import MultipartUploads, described
from core.storage import exceptions, ports
from core.storage.constants import MIB
from core.storage.models import Part, StoreCapabilities, Stored, StoredKey

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

BATCH: Final = MIB
PART: Final = 8 * MIB
IN_ONE_PIECE: Final = 16 * MIB


class ObjectReader(ports.ObjectReader):
    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @override
    async def head(self, key: str) -> Stored | None:
        try:
            found = await self._bucket.run(
                self._bucket.client.head_object,
                Bucket=self._bucket.name,
                Key=self._bucket.at(key),
                ChecksumMode="ENABLED",
            )
        except exceptions.BytesMissing:
            return None
        return _stored(found, trusted=self._bucket.config.trusts_checksums)

    @override
    async def read(self, key: str, start: int, length: int) -> bytes:
        return await self._bucket.run(self._read, key, f"bytes={start}-{start + length - 1}")

    def _read(self, key: str, wanted: str) -> bytes:
        found = self._bucket.client.get_object(
            Bucket=self._bucket.name, Key=self._bucket.at(key), Range=wanted
        )
        with found["Body"] as body:
            return body.read()

    @override
    async def stream(
        self, key: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        wanted: Any = {"Range": f"bytes={start}-{_last(stop)}"} if start or stop else {}
        found = await self._bucket.run(
            self._bucket.client.get_object,
            Bucket=self._bucket.name,
            Key=self._bucket.at(key),
            **wanted,
        )
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


def _last(stop: int | None) -> str:
    return "" if stop is None else str(stop - 1)


def _stored(found: "HeadObjectOutputTypeDef", *, trusted: bool) -> Stored:
    """A checksum of parts ("...-3") says nothing of the whole."""
    checksum = found.get("ChecksumSHA256", "")
    whole = trusted and checksum and "-" not in checksum
    return Stored(
        size=found["ContentLength"],
        etag=found["ETag"].strip('"'),
        content_type=found.get("ContentType"),
        sha256=b64decode(checksum) if whole else None,
    )


class ObjectWriter(ports.ObjectWriter):
    def __init__(self, bucket: Bucket, multipart: MultipartUploads) -> None:
        self._bucket = bucket
        self._multipart = multipart

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
        data = b"".join([piece async for piece in exactly(chunks, size)])
        digest = digest_of(data).digest()
        _check(sha256, digest)
        kept = await self._bucket.run(
            self._bucket.client.put_object,
            Bucket=self._bucket.name,
            Key=self._bucket.at(key),
            Body=data,
            ContentLength=size,
            ContentType=content_type,
            IfNoneMatch="*",
            ChecksumSHA256=b64encode(digest).decode(),
            **self._bucket.config.encryption(),
        )
        return Stored(size=size, etag=kept["ETag"].strip('"'), sha256=digest)

    async def _put_parts(
        self,
        key: str,
        chunks: AsyncIterator[bytes],
        size: int,
        content_type: str,
        sha256: bytes | None,
    ) -> Stored:
        """Send one part at a time, so that no more than one is ever in memory."""
        upload_id = await self._multipart.begin(key, content_type)
        digest, parts = digest_of(), list[Part]()
        try:
            async for piece in pieces(exactly(chunks, size), PART):
                digest.update(piece)
                parts.append(await self._multipart.send(key, upload_id, len(parts) + 1, piece))
            _check(sha256, digest.digest())
            made = await self._multipart.complete(key, upload_id, parts)
        except BaseException:
            with suppress(exceptions.StoreUnavailable):
                await self._multipart.abort(key, upload_id)
            raise
        return made.model_copy(update={"sha256": digest.digest()})

    @override
    async def copy(self, source: str, target: str, content_type: str) -> Stored:
        extra: dict[str, Any] = {
            "ContentType": content_type,
            "MetadataDirective": "REPLACE",
            **self._bucket.config.encryption(),
        }
        await self._bucket.run(
            self._bucket.client.copy,
            {"Bucket": self._bucket.name, "Key": self._bucket.at(source)},
            self._bucket.name,
            self._bucket.at(target),
            ExtraArgs=extra,
        )
        return await described(self._bucket, target)

    @override
    async def delete(self, key: str) -> None:
        with suppress(exceptions.BytesMissing):
            await self._bucket.run(
                self._bucket.client.delete_object,
                Bucket=self._bucket.name,
                Key=self._bucket.at(key),
            )


def _check(declared: bytes | None, digest: bytes) -> None:
    if declared not in {None, digest}:
        raise exceptions.ChecksumMismatch


async def exactly(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Pass on what comes; raise as soon as it is more than `size`, or at the end if it is less."""
    came = 0
    async for chunk in chunks:
        came += len(chunk)
        if came > size:
            raise exceptions.ObjectTooLarge(f"{size} bytes were declared, more came.")
        yield chunk
    if came != size:
        raise exceptions.SizeMismatch(f"{size} bytes were declared, {came} came.")


async def pieces(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Cut what comes into pieces of one size, but for the last one."""
    gathered = bytearray()
    async for chunk in chunks:
        gathered += chunk
        while len(gathered) >= size:
            yield bytes(gathered[:size])
            del gathered[:size]
    if gathered:
        yield bytes(gathered)
