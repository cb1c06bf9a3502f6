from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, override

from adapters.s3.client import Bucket
from core.exceptions import CoreError
from core.storage import exceptions, ports
from core.storage.models import OpenMultipart, Part, Stored

TRIES: Final = 3


class MultipartUploads(ports.MultipartUploads):
    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @override
    async def begin(self, key: str, content_type: str) -> str:
        begun = await self._bucket.run(
            self._bucket.client.create_multipart_upload,
            ContentType=content_type,
            **self._place(key),
            **self._bucket.config.encryption(),
        )
        return begun["UploadId"]

    @override
    async def put(
        self, key: str, upload_id: str, number: int, chunks: AsyncIterator[bytes], *, size: int
    ) -> Part:
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > size:
                raise exceptions.ObjectTooLarge(f"{size} bytes were declared, more came.")
        if len(data) != size:
            raise exceptions.SizeMismatch(f"{size} bytes were declared, {len(data)} came.")
        return await self.send(key, upload_id, number, bytes(data))

    async def send(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        sent = await self._bucket.run(
            self._bucket.client.upload_part,
            UploadId=upload_id,
            PartNumber=number,
            ContentLength=len(data),
            Body=data,
            **self._place(key),
        )
        return Part(number=number, size=len(data), etag=sent["ETag"].strip('"'))

    @override
    async def parts(self, key: str, upload_id: str) -> list[Part]:
        def listed() -> list[Part]:
            pages = self._bucket.client.get_paginator("list_parts").paginate(
                UploadId=upload_id, **self._place(key)
            )
            return [
                Part(number=one["PartNumber"], size=one["Size"], etag=one["ETag"].strip('"'))
                for page in pages
                for one in page.get("Parts", ())
            ]

        return await self._bucket.run(listed)

    @override
    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> Stored:
        """Made at once with the condition that nothing is there; a conflict is tried again."""
        made: list[Any] = [{"PartNumber": one.number, "ETag": one.etag} for one in parts]
        for attempt in range(1, TRIES + 1):
            try:
                await self._bucket.run(
                    self._bucket.client.complete_multipart_upload,
                    UploadId=upload_id,
                    MultipartUpload={"Parts": made},
                    IfNoneMatch="*",
                    **self._place(key),
                )
            except exceptions.StoreUnavailable:
                if attempt == TRIES:
                    raise
            else:
                break
        return await described(self._bucket, key)

    @override
    async def abort(self, key: str, upload_id: str) -> None:
        with suppress(exceptions.UploadNotFound, exceptions.BytesMissing):
            await self._bucket.run(
                self._bucket.client.abort_multipart_upload,
                UploadId=upload_id,
                **self._place(key),
            )

    @override
    async def begun(self, before: datetime) -> list[OpenMultipart]:
        def listed() -> list[OpenMultipart]:
            pages = self._bucket.client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket.name, Prefix=self._bucket.at("o/")
            )
            return [
                OpenMultipart(
                    key=self._bucket.key(one["Key"]),
                    upload_id=one["UploadId"],
                    begun_at=one["Initiated"],
                )
                for page in pages
                for one in page.get("Uploads", ())
                if one["Initiated"] < before
            ]

        return await self._bucket.run(listed)

    def _place(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket.name, "Key": self._bucket.at(key)}


async def described(bucket: Bucket, key: str) -> Stored:
    """Return what the store says of an object that was just made."""
    try:
        found = await bucket.run(bucket.client.head_object, Bucket=bucket.name, Key=bucket.at(key))
    except CoreError as error:
        raise exceptions.StoreUnavailable(retry_after=5) from error
    return Stored(size=found["ContentLength"], etag=found["ETag"].strip('"'))
