"""What the storage module needs from the outside. Sizes are in bytes, etags have no quotes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, Unpack

from core.listing import Found, Window
from core.models import OrganizationId
from core.storage.models import (
    Bucket,
    BucketId,
    Correction,
    Grant,
    ObjectFilter,
    ObjectId,
    OpenMultipart,
    Part,
    Reply,
    SignedRequest,
    StoreCapabilities,
    Stored,
    StoredKey,
    StoredObject,
    StoreRule,
    Usage,
    Verdict,
)

# --- Rows -----------------------------------------------------------------------------------------


class Buckets(Protocol):
    async def add(self, bucket: Bucket) -> None:
        """Keep a bucket, and open the organization's usage; raise BucketExists for its name."""

    async def named(self, organization_id: OrganizationId, name: str) -> Bucket | None: ...

    async def get(self, organization_id: OrganizationId, bucket_id: BucketId) -> Bucket | None: ...

    async def all(self, organization_id: OrganizationId) -> list[Bucket]:
        """Return an organization's buckets by name."""

    async def update(self, bucket: Bucket) -> Bucket:
        """Store changes under the next version; raise VersionMismatch if it changed meanwhile."""

    async def lock(self, organization_id: OrganizationId, name: str) -> Bucket | None:
        """Return a bucket that gets no new objects until the surrounding transaction ends."""

    async def remove(self, bucket: Bucket, at: datetime) -> None:
        """Take the bucket out of sight and its name free; tombstones still refer to it."""


class Objects(Protocol):
    async def admit(self, stored: StoredObject, default_limit: int | None) -> bool:
        """Keep a pending object if its bucket is there and its size fits in; tell whether.

        Of many at once exactly those get in that fit. The size is reserved in the same statement.
        Raise IdempotencyKeyInFlight if its request key was just taken by another one.
        """

    async def get(
        self, organization_id: OrganizationId, object_id: ObjectId
    ) -> StoredObject | None: ...

    async def some(
        self, organization_id: OrganizationId, object_ids: Sequence[ObjectId]
    ) -> list[StoredObject]:
        """Return those of these objects that there are, in no order."""

    async def page(
        self, organization_id: OrganizationId, matching: ObjectFilter, **window: Unpack[Window]
    ) -> Found[StoredObject]:
        """Return objects, newest first."""

    async def update(self, stored: StoredObject) -> StoredObject:
        """Store another name or metadata; raise VersionMismatch if it changed meanwhile."""

    async def move(self, before: StoredObject, after: StoredObject) -> bool:
        """Take a step of the lifecycle if the object is as it was before; tell whether it was.

        The version tells, and grows by one. Usage moves with it, in the same statement.
        """

    async def requested(
        self, organization_id: OrganizationId, request_key: bytes
    ) -> StoredObject | None:
        """Return what a request opened that carried this idempotency key."""


class ObjectChecks(Protocol):
    async def any_live(self, organization_id: OrganizationId, bucket_id: BucketId) -> bool:
        """Tell whether a bucket holds anything that counts as being there."""

    async def public(self, bucket_id: BucketId, object_id: ObjectId) -> StoredObject | None:
        """Return an available object of a bucket that is public right now, whoever asks."""

    async def keep_upload_id(self, stored: StoredObject, store_upload_id: str) -> bool:
        """Note where the store gathers the parts of a pending object; tell whether it still is."""

    async def keep_received(self, stored: StoredObject, received: int) -> bool:
        """Note how much of a pending object is there, if nobody else did meanwhile; tell so."""


class ObjectSweeps(Protocol):
    """Objects of all organizations, for jobs. A batch may come again until it is worked off."""

    async def expired(self, now: datetime, *, limit: int) -> list[StoredObject]:
        """Return pending objects whose upload ran out."""

    async def unsettled(self, before: datetime, *, limit: int) -> list[StoredObject]:
        """Return objects that have been verifying since before then, the large ones for longer."""

    async def unscanned(self, before: datetime, *, limit: int) -> list[StoredObject]:
        """Return objects that have been scanning since before then."""

    async def purgeable(self, now: datetime, *, limit: int) -> list[StoredObject]:
        """Return doomed objects whose time has come, those tried least often first."""

    async def claim(self, stored: StoredObject, retry_at: datetime) -> StoredObject | None:
        """Count an attempt to purge, and come back to it then if it fails; None if it changed."""

    async def after(self, key: str | None, *, limit: int) -> list[StoredObject]:
        """Return objects whose bytes should lie in the store, by key, those after that one."""

    async def forget_requests(self, before: datetime) -> int:
        """Forget the idempotency keys of uploads opened before then."""


class Usages(Protocol):
    async def get(self, organization_id: OrganizationId) -> Usage: ...

    async def limit(self, organization_id: OrganizationId, limit: int | None) -> Usage:
        """Set an organization's own limit; None: the installation's default."""

    async def holders(self) -> list[OrganizationId]:
        """Return every organization that has usage."""

    async def recount(self, organization_id: OrganizationId) -> Correction | None:
        """Add up what objects there are, and mend the sums if they differ; say how.

        Nothing moves meanwhile, and nothing that moves is lost.
        """


class ScanEvents(Protocol):
    async def add(
        self,
        organization_id: OrganizationId,
        event_id: str,
        object_id: ObjectId,
        verdict: Verdict,
        at: datetime,
    ) -> bool:
        """Note what a scanner told; False if it told so already."""


# --- Bytes ----------------------------------------------------------------------------------------


class ObjectReader(Protocol):
    async def head(self, key: str) -> Stored | None: ...

    async def read(self, key: str, start: int, length: int) -> bytes:
        """Return some bytes, fewer at the end; raise BytesMissing if there is no such object."""

    def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to `stop`; raise BytesMissing before the first one."""

    async def keys(self, after: str | None, *, limit: int) -> list[StoredKey]:
        """Return what lies in the store, in the order of keys, those after that one."""


class ObjectWriter(Protocol):
    @property
    def capabilities(self) -> StoreCapabilities: ...

    async def put(
        self,
        key: str,
        chunks: AsyncIterator[bytes],
        *,
        size: int,
        content_type: str,
        sha256: bytes | None = None,
    ) -> Stored:
        """Keep bytes as they come, whole or not at all, and return their SHA-256 among the rest.

        Raise ObjectExists if the key has bytes, ObjectTooLarge as soon as more come than `size`,
        SizeMismatch if fewer do, ChecksumMismatch if they are not those of `sha256`.
        """

    async def copy(self, source: str, target: str, content_type: str) -> Stored:
        """Copy inside the store; raise BytesMissing if the source has no bytes, ObjectExists."""

    async def delete(self, key: str) -> None:
        """Remove the bytes; that there are none is fine."""


class MultipartUploads(Protocol):
    """Large objects that come in parts. A part may come again: the one that is named counts."""

    async def begin(self, key: str, content_type: str) -> str:
        """Return the store's id for an upload to this key."""

    async def put(
        self, key: str, upload_id: str, number: int, chunks: AsyncIterator[bytes], *, size: int
    ) -> Part:
        """Keep a part. Raise UploadNotFound, ObjectTooLarge, SizeMismatch."""

    async def parts(self, key: str, upload_id: str) -> list[Part]:
        """Return the parts that arrived, by number; raise UploadNotFound."""

    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> Stored:
        """Make one object of the parts; raise UploadNotFound, PartsInvalid, ObjectExists.

        What was made already may be told as one of these, or once more.
        """

    async def abort(self, key: str, upload_id: str) -> None:
        """Forget the parts; that there are none is fine."""

    async def begun(self, before: datetime) -> list[OpenMultipart]:
        """Return uploads that were begun before then and neither completed nor aborted."""


class UrlSigner(Protocol):
    """Signs requests that clients send by themselves. Waits for nobody: it only computes."""

    def put(
        self,
        key: str,
        *,
        size: int,
        content_type: str,
        sha256: bytes | None,
        lifetime: timedelta,
    ) -> SignedRequest:
        """Sign one PUT of exactly these bytes to a key that has none yet."""

    def part(
        self, key: str, upload_id: str, number: int, *, size: int, lifetime: timedelta
    ) -> SignedRequest: ...

    def get(
        self, key: str, *, content_type: str, content_disposition: str, lifetime: timedelta
    ) -> SignedRequest:
        """Sign a download that is answered with these headers."""


class Grants(Protocol):
    """The signed addresses of a store that has none of its own, and that we answer in its place."""

    def open(self, token: str) -> Grant:
        """Return what a token allows; raise SignatureRefused if it is not ours."""


class StoreRules(Protocol):
    """What the place where bytes lie is told once: whom it lets in, what it throws away."""

    async def all(self) -> list[StoreRule]: ...

    async def apply(self) -> list[StoreRule]:
        """Tell it all rules, leave other rules alone, and return what then holds."""


class Outsider(Protocol):
    """Somebody on the internet who has nothing but an address."""

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        chunked: bool = False,
    ) -> Reply:
        """Send a request; `chunked` does not say how long its body is. Raise StoreUnavailable."""


class ContentSniffer(Protocol):
    def detect(self, head: bytes) -> str | None:
        """Return the media type that the first bytes show, None if they show none."""


class ScanSignatures(Protocol):
    def matches(self, body: bytes, signature: str) -> bool:
        """Tell whether a scanner outside signed this with the secret that we share with it."""


class ContentScanner(Protocol):
    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        """Look for what is malicious in a file. `error`: nobody could tell, ask again."""
