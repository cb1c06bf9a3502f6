import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.storage import exceptions

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CALLS_AT_ONCE: Final = 32
GONE: Final = frozenset({"404", "NoSuchKey", "NotFound"})
NO_UPLOAD: Final = frozenset({"NoSuchUpload"})
TAKEN: Final = frozenset({"412", "PreconditionFailed"})
CONFLICT: Final = frozenset({"409", "ConditionalRequestConflict"})
BAD_PARTS: Final = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall"})


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
    secret_access_key: str | None = None
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
    """One client a process, asked from few threads; a second one where clients see another host."""

    def __init__(self, config: S3Config) -> None:
        self.config, self.name = config, config.bucket
        self.session = Session(
            aws_access_key_id=config.access_key_id,
            aws_secret_access_key=config.secret_access_key,
            region_name=config.region,
        )
        self.client = self._client(config.endpoint_url)
        public = config.public_endpoint_url
        self.public_client = self._client(public) if public else self.client
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="s3")

    def _client(self, endpoint_url: str | None) -> "S3Client":
        return self.session.client("s3", endpoint_url=endpoint_url, config=self.config.boto())

    def at(self, key: str) -> str:
        """Return the key in the bucket: below the prefix, where nothing else of ours lies."""
        return f"{self.config.key_prefix}{key}"

    def key(self, at: str) -> str:
        return at.removeprefix(self.config.key_prefix)

    async def run[**P, R](self, call: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Ask the store in one of few threads. What it refuses for no reason of ours is told so."""
        loop = asyncio.get_running_loop()
        with asking():
            return await loop.run_in_executor(self._pool, partial(call, *given, **named))


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def asking() -> Iterator[None]:
    """Tell what a store answers in our words."""
    try:
        yield
    except ClientError as error:
        found = code(error)
        if found in TAKEN:
            raise exceptions.ObjectExists from error
        if found in NO_UPLOAD:
            raise exceptions.UploadNotFound from error
        if found in BAD_PARTS:
            raise exceptions.PartsInvalid from error
        if found in GONE:
            raise exceptions.BytesMissing from error
        raise exceptions.StoreUnavailable(f"The store answers {found}.", retry_after=5) from error
    except BotoCoreError as error:
        raise exceptions.StoreUnavailable(retry_after=5) from error
