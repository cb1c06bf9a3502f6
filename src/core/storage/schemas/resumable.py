"""How files arrive piece by piece (tus 1.0)."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, SkipValidation

from core.models import Model
from core.storage.fields import BucketName, ContentType, Filename, Metadata, Sha256, Size
from core.storage.lifecycle import Status
from core.storage.models import ObjectId, StoredObject


class OpenResumable(Model):
    """Announce a file whose bytes come through us, in as many requests as it takes."""

    bucket: BucketName
    filename: Filename
    content_type: ContentType
    size: Size
    checksum_sha256: Sha256 | None = None
    metadata: Metadata = Field(default_factory=dict)


class Checksum(Model):
    """Of the bytes of one request. What does not match is as if it had not come."""

    algorithm: Literal["sha1", "sha256"]
    digest: bytes


class AppendToUpload(Model):
    """Bytes that go on at an offset; `checksum` is theirs."""

    id: ObjectId
    offset: int
    checksum: Checksum | None = None
    chunks: SkipValidation[Any] = Field(repr=False)


class ResumableView(Model):
    """How far an upload came."""

    id: ObjectId
    size: int
    offset: int
    status: Status
    expires_at: datetime

    @classmethod
    def of(cls, stored: StoredObject) -> Self:
        return cls(
            id=stored.id,
            size=stored.size,
            offset=stored.received,
            status=stored.status,
            expires_at=stored.upload_expires_at,
        )
