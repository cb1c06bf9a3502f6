from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, override

from adapters.s3.client import Bucket
from core.storage import exceptions, ports
from core.storage.models import OpenMultipart, Part, Stored
from core.storage.streams import check_order, gathered


class MultipartUploads(ports.MultipartUploads):
    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @override
    async def begin(self, key: str, content_type: str) -> str:
        begun = await self._bucket.run(
            self._bucket.client.create_multipart_upload,
            ContentType=content_type,
            **self._bucket.place(key),
            **self._bucket.config.encryption(),
        )
        return begun["UploadId"]

    @override
    async def put(
        self, key: str, upload_id: str, number: int, chunks: AsyncIterator[bytes], *, size: int
    ) -> Part:
        return await self.send(key, upload_id, number, await gathered(chunks, size))

    async def send(self, key: str, upload_id: str, number: int, data: bytes) -> Part:
        sent = await self._bucket.run(
            self._bucket.client.upload_part,
            UploadId=upload_id,
            PartNumber=number,
            ContentLength=len(data),
            Body=data,
            **self._bucket.place(key),
        )
        return Part(number=number, size=len(data), etag=sent["ETag"].strip('"'))

    async def fetch(
        self, key: str, upload_id: str, number: int, source: str, start: int, stop: int
    ) -> Part:
        """Have the store make a part of some bytes of another object."""
        kept = await self._bucket.run(
            self._bucket.client.upload_part_copy,
            UploadId=upload_id,
            PartNumber=number,
            CopySource={"Bucket": self._bucket.name, "Key": self._bucket.at(source)},
            CopySourceRange=f"bytes={start}-{stop - 1}",
            **self._bucket.place(key),
        )
        etag = kept["CopyPartResult"]["ETag"].strip('"')
        return Part(number=number, size=stop - start, etag=etag)

    @override
    async def parts(self, key: str, upload_id: str) -> list[Part]:
        """Some stores list a part that came again twice: the later one counts."""

        def listed() -> list[Any]:
            pages = self._bucket.client.get_paginator("list_parts").paginate(
                UploadId=upload_id, **self._bucket.place(key)
            )
            return [one for page in pages for one in page.get("Parts", ())]

        found = sorted(
            await self._bucket.run(listed), key=lambda one: (one["PartNumber"], one["LastModified"])
        )
        latest = {one["PartNumber"]: one for one in found}
        return [
            Part(number=number, size=one["Size"], etag=one["ETag"].strip('"'))
            for number, one in latest.items()
        ]

    @override
    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> Stored:
        """Made at once with the condition that nothing is there.

        A store may make the object and yet answer with an error: it is asked before giving up.
        """
        check_order([one.number for one in parts])
        try:
            await self._bucket.run(
                self._bucket.client.complete_multipart_upload,
                UploadId=upload_id,
                MultipartUpload={
                    "Parts": [{"PartNumber": one.number, "ETag": one.etag} for one in parts]
                },
                IfNoneMatch="*",
                **self._bucket.place(key),
            )
        except (exceptions.StoreUnavailable, exceptions.UploadNotFound):
            found = await self._bucket.found(key)
            if found is None or found.size != sum(one.size for one in parts):
                raise
            return found
        return await self._bucket.made(key)

    @override
    async def abort(self, key: str, upload_id: str) -> None:
        with suppress(exceptions.UploadNotFound, exceptions.BytesMissing):
            await self._bucket.run(
                self._bucket.client.abort_multipart_upload,
                UploadId=upload_id,
                **self._bucket.place(key),
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
