import asyncio
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.storage import exceptions
from core.storage.models import Stored
from core.telemetry import NOTHING, NullTracer, Tracer

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CALLS_AT_ONCE: Final = 32
TRIES: Final = 3
PAUSE: Final = 0.1


class Conflict(Exception):
    """Another request for the same object is on its way: S3 asks to try again."""


MEANINGS: Final[dict[str, type[Exception]]] = {
    "404": exceptions.BytesMissing,  # of a HEAD, which tells no more
    "NoSuchKey": exceptions.BytesMissing,
    "NoSuchUpload": exceptions.UploadNotFound,
    "412": exceptions.ObjectExists,
    "PreconditionFailed": exceptions.ObjectExists,
    "409": Conflict,
    "ConditionalRequestConflict": Conflict,
    "InvalidPart": exceptions.PartsInvalid,
    "InvalidPartOrder": exceptions.PartsInvalid,
    "EntityTooSmall": exceptions.PartsInvalid,
    "416": exceptions.RangeNotSatisfiable,
    "InvalidRange": exceptions.RangeNotSatisfiable,
}
"""What a store's codes mean here. All others: it does not do what we need it for."""


@dataclass(frozen=True, kw_only=True)
class S3Config:
    """Which bucket, and how it is reached. No keys: where boto3 looks for them by itself.

    `trusts_checksums`: the store refuses bytes that are not those of the SHA-256 sent with them.
    """

    bucket: str
    region: str = "us-east-1"
    endpoint_url: str | None = None
    public_endpoint_url: str | None = None
    addressing: Literal["virtual", "path"] = "virtual"
    key_prefix: str = ""
    sse: Literal["AES256", "aws:kms"] | None = None
    kms_key_id: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    trusts_checksums: bool = True

    def boto(self) -> Config:
        """Pin what boto3 gets wrong or changes its mind about from release to release.

        Without `s3v4` it signs by a scheme that covers no header; it adds checksums that other
        stores refuse; and it addresses a bucket so that a region's signature does not fit.
        """
        return Config(
            signature_version="s3v4",
            s3={"addressing_style": self.addressing},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"mode": "standard", "max_attempts": 3},
            connect_timeout=3,
            read_timeout=20,
            max_pool_connections=2 * CALLS_AT_ONCE,
        )

    def encryption(self) -> dict[str, Any]:
        """Return the parameters that have the store encrypt what it is sent."""
        if self.sse is None:
            return {}
        key = {"SSEKMSKeyId": self.kms_key_id} if self.kms_key_id else {}
        return {"ServerSideEncryption": self.sse, **key}


class Bucket:
    """One client a process, asked from few threads; a second one where clients see another host.

    Raises ValueError for settings that no client can be made of.
    """

    def __init__(self, config: S3Config, tracer: Tracer | None = None) -> None:
        if not config.bucket:
            raise ValueError("The bucket has no name: set CORE_S3_BUCKET.")
        if (config.access_key_id is None) != (config.secret_access_key is None):
            raise ValueError("CORE_S3_ACCESS_KEY_ID and CORE_S3_SECRET_ACCESS_KEY go together.")
        self.config, self.name = config, config.bucket
        self._tracer = tracer or NullTracer()
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="s3")
        try:
            self._session = Session(
                aws_access_key_id=config.access_key_id,
                aws_secret_access_key=config.secret_access_key,
                region_name=config.region,
            )
            self.client = self._client(config.endpoint_url)
            public = config.public_endpoint_url
            self.public_client = self._client(public) if public else self.client
            self.credentials: Any = self._session.get_credentials()
        except BotoCoreError as error:
            raise ValueError(f"S3 can't be reached so: {error}") from error
        if self.credentials is None:
            raise ValueError("S3 needs a key: set CORE_S3_ACCESS_KEY_ID, or give us a role.")

    def _client(self, endpoint_url: str | None) -> "S3Client":
        return self._session.client("s3", endpoint_url=endpoint_url, config=self.config.boto())

    def at(self, key: str) -> str:
        """Return the key in the bucket: below the prefix, where nothing else of ours lies."""
        return f"{self.config.key_prefix}{key}"

    def key(self, at: str) -> str:
        return at.removeprefix(self.config.key_prefix)

    def place(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.name, "Key": self.at(key)}

    async def run[**P, R](self, call: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Ask the store in one of few threads. What it refuses for no reason of ours is told so."""
        loop = asyncio.get_running_loop()
        for attempt in range(TRIES):
            try:
                with self._span(call), asking():
                    return await loop.run_in_executor(self._pool, partial(call, *given, **named))
            except Conflict:
                await asyncio.sleep(PAUSE * attempt)
        raise exceptions.StoreUnavailable("Too many ask for one object at once.", retry_after=1)

    def _span(self, call: Callable[..., object]) -> AbstractContextManager[None]:
        """Name a request as OpenTelemetry's conventions for AWS do; the key is nobody's business.

        Reading on in a body is no request.
        """
        operation = self.client.meta.method_to_api_mapping.get(getattr(call, "__name__", ""))
        if operation is None:
            return NOTHING
        attributes = {
            "rpc.system": "aws-api",
            "rpc.service": "S3",
            "rpc.method": operation,
            "aws.s3.bucket": self.name,
        }
        return self._tracer.span(f"S3.{operation}", attributes, "client")

    async def found(self, key: str) -> Stored | None:
        """Return what the store says of an object."""
        try:
            head = await self.run(
                self.client.head_object, ChecksumMode="ENABLED", **self.place(key)
            )
        except exceptions.BytesMissing:
            return None
        checksum = head.get("ChecksumSHA256", "")
        # One of parts ("...-3") says nothing of the whole.
        whole = self.config.trusts_checksums and checksum and "-" not in checksum
        return Stored(
            size=head["ContentLength"],
            etag=head["ETag"].strip('"'),
            content_type=head.get("ContentType"),
            sha256=b64decode(checksum) if whole else None,
        )

    async def made(self, key: str) -> Stored:
        """Return what the store says of an object that was just made."""
        found = await self.found(key)
        if found is None:
            raise exceptions.StoreUnavailable(retry_after=5)
        return found


@contextmanager
def asking() -> Iterator[None]:
    """Tell what a store answers in our words."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if meaning := MEANINGS.get(code):
            raise meaning from error
        raise exceptions.StoreUnavailable(f"The store answers {code}.", retry_after=5) from error
    except BotoCoreError as error:
        raise exceptions.StoreUnavailable(retry_after=5) from error
