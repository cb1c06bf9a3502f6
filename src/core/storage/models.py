"""What the storage module keeps and speaks of. Sizes are in bytes."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, NewType, Self
from uuid import UUID

from pydantic import Field

from core.models import Model, OrganizationId, UserId
from core.storage import constants, exceptions, lifecycle
from core.storage.lifecycle import Status
from core.storage.parts import PartPlan

BucketId = NewType("BucketId", UUID)
ObjectId = NewType("ObjectId", UUID)

type Visibility = Literal["private", "public"]
type ScanPolicy = Literal["off", "async", "required"]
type UploadMethod = Literal["put", "multipart", "proxy", "copy", "tus"]
type Verdict = Literal["clean", "infected", "error"]


class Bucket(Model):
    """A folder of objects with rules of its own. No `allowed_types`: every type."""

    id: BucketId
    organization_id: OrganizationId
    name: str
    visibility: Visibility = "private"
    max_object_bytes: int | None = None
    allowed_types: tuple[str, ...] = ()
    scan_policy: ScanPolicy = "off"
    created_at: datetime
    updated_at: datetime
    version: int = 1


class StoredObject(Model):
    """A file: what is known of it. Its bytes lie in the store under `key` and never change.

    `bucket` is the bucket's name, which never changes. Until it is `available` its size, type and
    SHA-256 are what the client declared. `received` tells how much of a resumable upload is
    there. `request_key` and `request_hash` tell a repeated
    request to open the upload from a new one.
    """

    id: ObjectId
    organization_id: OrganizationId
    bucket_id: BucketId
    bucket: str
    owner_id: UserId | None = None
    key: str
    filename: str
    content_type: str
    detected_type: str | None = None
    size: int
    sha256: bytes | None = None
    etag: str | None = None
    status: Status = "pending"
    failure: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    upload_method: UploadMethod
    upload_expires_at: datetime
    store_upload_id: str | None = None
    part_size: int | None = None
    part_count: int | None = None
    received: int = 0
    request_key: bytes | None = None
    request_hash: bytes | None = None
    created_at: datetime
    updated_at: datetime
    available_at: datetime | None = None
    deleted_at: datetime | None = None
    purge_after: datetime | None = None
    purge_attempts: int = 0
    version: int = 1

    @property
    def plan(self) -> PartPlan | None:
        """How it is cut; None if it comes in one piece."""
        if self.part_size is None or self.part_count is None:
            return None
        return PartPlan(total=self.size, size=self.part_size, count=self.part_count)

    @property
    def tail(self) -> str | None:
        """Where those bytes of a resumable upload lie that are too few for a part."""
        parts = self.part_size and self.received % self.part_size
        return f"{self.key}t{self.received}" if parts and self.received < self.size else None

    def moved(self, status: Status, at: datetime, **changes: Any) -> Self:
        """Return it one step further; raise InvalidState if there is no such step."""
        if not lifecycle.allowed(self.status, status):
            raise exceptions.InvalidState(object_status=self.status)
        changes |= {"status": status, "updated_at": at, "version": self.version + 1}
        return self.model_copy(update=changes)

    def purged_after(self, at: datetime) -> datetime:
        """Return when its bytes may go: a signed request must not bring them back."""
        return max(at, self.upload_expires_at + constants.REPLAY_SKEW)


def key(organization_id: OrganizationId, object_id: ObjectId) -> str:
    """Return where an object's bytes lie: nothing in it comes from a client."""
    return f"o/{organization_id.hex}/{object_id.hex}"


class ObjectFilter(Model):
    """Which objects of an organization: all conditions that are given must hold."""

    bucket_id: BucketId | None = None
    statuses: tuple[Status, ...]
    content_type: str | None = None
    created_after: datetime | None = None
    text: str | None = None


class Usage(Model):
    """How much an organization holds. `limit` is its own; None: the installation's default."""

    organization_id: OrganizationId
    limit: int | None = None
    used: int = 0
    reserved: int = 0
    objects: int = 0

    def most(self, default: int | None) -> int | None:
        """Return the limit that holds; None if there is none."""
        return default if self.limit is None else self.limit


class Correction(Model):
    """Sums that were wrong, and what they should have been."""

    before: Usage
    after: Usage


class SignedRequest(Model):
    """What a client sends to the store by itself, exactly so, before it runs out."""

    method: Literal["PUT", "GET"]
    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Content:
    """A file to hand out: as what, and either where it is or how to read it.

    `stream(start, stop)` yields some of its bytes.
    """

    size: int
    etag: str
    content_type: str
    content_disposition: str
    stream: Callable[[int, int], AsyncIterator[bytes]]
    redirect: SignedRequest | None = None


class Grant(Model):
    """What a signed address of our own allows: one request for one key."""

    action: Literal["put", "part", "get"]
    key: str
    size: int | None = None
    content_type: str | None = None
    sha256: bytes | None = None
    disposition: str | None = None
    upload_id: str | None = None
    number: int | None = None


class Stored(Model):
    """Bytes as they lie in the store. An etag has no quotes."""

    size: int
    etag: str
    content_type: str | None = None
    sha256: bytes | None = None


class StoredKey(Model):
    key: str
    size: int
    modified_at: datetime


class Part(Model):
    """A part that arrived. An etag has no quotes."""

    number: int
    size: int
    etag: str


class OpenMultipart(Model):
    """A multipart upload that the store keeps parts of."""

    key: str
    upload_id: str
    begun_at: datetime


class StoreRule(Model):
    """Something a bucket is told once and then sees to by itself.

    `impossible`: this store has no such thing. `unknown`: it does not tell us.
    """

    name: str
    state: Literal["kept", "missing", "impossible", "unknown"]
    means: str


class Reply(Model):
    """What a store answers to somebody from outside. Names of headers are in lower case."""

    status: int
    headers: dict[str, str] = Field(default_factory=dict)

    @property
    def refuses(self) -> bool:
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR


class StoreCapabilities(Model):
    """What a store takes care of by itself, so that we need not.

    `serves_itself`: signed addresses lead to the store, not to us.
    """

    conditional_complete: bool = True
    checks_sha256: bool = True
    serves_itself: bool = False
