"""Files, and how they are handed out."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from core.listing import ListRequest, Lists
from core.models import Line, Model, Moment, OrganizationId, Patch, UserId
from core.storage import constants, models
from core.storage.fields import (
    BucketName,
    ContentType,
    Filename,
    Metadata,
    Sha256,
)
from core.storage.lifecycle import Status
from core.storage.models import BucketId, ObjectId, Verdict
from core.storage.serving import Disposition


class ObjectView(Model):
    """A file. Its size, type and checksum are proven once it is `available`."""

    id: ObjectId
    organization_id: OrganizationId
    bucket: str
    owner_id: UserId | None
    filename: str
    content_type: str
    detected_type: str | None
    size: int
    checksum_sha256: Sha256 | None
    etag: str | None
    status: Status
    failure: str | None
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    available_at: datetime | None
    deleted_at: datetime | None
    purge_after: datetime | None
    version: int

    @classmethod
    def of(cls, stored: models.StoredObject) -> Self:
        shown = stored.model_dump(include=cls.model_fields.keys() - {"checksum_sha256"})
        return cls(**shown, checksum_sha256=stored.sha256)


class ObjectReference(Model):
    id: ObjectId


class PublicReference(Model):
    bucket_id: BucketId
    id: ObjectId


class ListObjects(ListRequest):
    """In no `status`, and with no filter of one, files that are there."""

    lists = Lists(
        ObjectView,
        "id bucket owner_id filename content_type detected_type size etag status failure"
        " created_at updated_at available_at deleted_at purge_after version",
        "filename size created_at",
    )

    bucket: BucketName | None = None
    status: Status | None = None
    type: ContentType | None = None
    created_after: Moment | None = None
    q: Line | None = None


class ObjectChanges(Patch):
    filename: Filename | None = None
    metadata: Metadata | None = None


class UpdateObject(Model):
    """`expected_version` is the version that was read; None overwrites whatever is there."""

    id: ObjectId
    changes: ObjectChanges
    expected_version: int | None = None


class CopyTarget(Model):
    """Where a copy goes; what is left out is as in the original."""

    bucket: BucketName | None = None
    filename: Filename | None = None


class CopyObject(Model):
    """Which file, where to, and the idempotency key of the request if it carried one."""

    id: ObjectId
    target: CopyTarget
    idempotency_key: str | None = None


class DownloadOptions(Model):
    """How long the address holds, in seconds, and how the file is offered."""

    expires_in: int | None = Field(
        default=None, ge=1, le=int(constants.DOWNLOAD_URL_LONGEST.total_seconds()), strict=True
    )
    disposition: Disposition | None = None
    filename: Filename | None = None


class MakeDownloadUrl(Model):
    id: ObjectId
    options: DownloadOptions = DownloadOptions()


class DownloadUrl(Model):
    url: str
    expires_at: datetime


class MakeDownloadUrls(Model):
    ids: Annotated[
        tuple[ObjectId, ...], Field(min_length=1, max_length=constants.DOWNLOADS_AT_ONCE)
    ]
    expires_in: int | None = Field(
        default=None, ge=1, le=int(constants.DOWNLOAD_URL_LONGEST.total_seconds()), strict=True
    )
    disposition: Disposition | None = None


class DownloadResult(Model):
    """An address, or the code of the reason why there is none."""

    id: ObjectId
    url: str | None = None
    expires_at: datetime | None = None
    code: str | None = None


class DownloadResults(Model):
    results: list[DownloadResult]


class ScanResult(Model):
    """What a scanner found, told under an id of its own so that it may be told twice."""

    event_id: Line
    organization_id: OrganizationId
    object_id: ObjectId
    verdict: Verdict


class ToldScanResult(Model):
    """A scan result as it came, with the signature over exactly these bytes."""

    body: bytes = Field(repr=False)
    signature: str
    result: ScanResult
