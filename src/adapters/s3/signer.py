from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal, override
from urllib.parse import quote

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from adapters.s3.client import Bucket, asking
from core import ports as kernel
from core.storage import ports
from core.storage.fields import digest_text
from core.storage.models import SignedRequest

LONGEST: Final = timedelta(days=7)
"""Of SigV4. boto3 signs for longer without a word, and nobody accepts it."""

CACHED: Final = "private, max-age=0"
HEADERS: Final = {
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}


class UrlSigner(ports.UrlSigner):
    """Signs by SigV4. Computes alone, and so is called on the event loop.

    It has botocore sign, without the client around it: that looks up anew for each address where
    the bucket is and checks parameters that are ours, which takes three times as long.
    """

    def __init__(self, bucket: Bucket, clock: kernel.Clock) -> None:
        self._bucket = bucket
        self._clock = clock

    @override
    def put(
        self,
        key: str,
        *,
        size: int,
        content_type: str,
        sha256: bytes | None,
        lifetime: timedelta,
    ) -> SignedRequest:
        encryption = self._bucket.config.encryption()
        headers = {"Content-Type": content_type, "If-None-Match": "*"}
        headers |= {HEADERS[name]: value for name, value in encryption.items()}
        if sha256 is not None:
            headers["x-amz-checksum-sha256"] = digest_text(sha256)
        return self._signed("PUT", key, {}, lifetime, headers, size)

    @override
    def part(
        self, key: str, upload_id: str, number: int, *, size: int, lifetime: timedelta
    ) -> SignedRequest:
        asked = {"uploadId": upload_id, "partNumber": str(number)}
        return self._signed("PUT", key, asked, lifetime, {}, size)

    @override
    def get(
        self, key: str, *, content_type: str, content_disposition: str, lifetime: timedelta
    ) -> SignedRequest:
        asked = {
            "response-content-type": content_type,
            "response-content-disposition": content_disposition,
            "response-cache-control": CACHED,
        }
        return self._signed("GET", key, asked, lifetime, {})

    @cached_property
    def _place(self) -> str:
        """Where the bucket is for clients: boto3 knows the rules of virtual hosts and paths."""
        url: str = self._bucket.public_client.generate_presigned_url(
            "head_bucket", Params={"Bucket": self._bucket.name}
        )
        return url.partition("?")[0].rstrip("/")

    def _signed(
        self,
        method: Literal["PUT", "GET"],
        key: str,
        asked: dict[str, str],
        lifetime: timedelta,
        headers: dict[str, str],
        size: int | None = None,
    ) -> SignedRequest:
        with asking():
            credentials = self._bucket.credentials.get_frozen_credentials()  # renewed if need be
            now = self._clock.now().replace(microsecond=0)
            seconds = int(min(lifetime, LONGEST, self._credentials_left(now)).total_seconds())
            request = AWSRequest(
                method=method,
                url=f"{self._place}/{quote(self._bucket.at(key))}",
                params=asked,
                headers=headers if size is None else headers | {"Content-Length": str(size)},
            )
            signer = S3SigV4QueryAuth(credentials, "s3", self._bucket.config.region, seconds)
            signer.add_auth(request)
        return SignedRequest(
            method=method,
            url=str(request.url),
            headers=headers,
            expires_at=now + timedelta(seconds=seconds),
        )

    def _credentials_left(self, now: datetime) -> timedelta:
        """Signatures die with the credentials of a role that made them."""
        ends: datetime | None = getattr(self._bucket.credentials, "_expiry_time", None)
        return LONGEST if ends is None else max(timedelta(seconds=1), ends - now)
