"""How files arrive."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, SkipValidation

from core.models import Model
from core.storage import constants, models
from core.storage.fields import (
    BucketName,
    ContentType,
    Filename,
    Metadata,
    Sha256,
    Size,
)
from core.storage.models import ObjectId
from core.storage.schemas.objects import ObjectView


class InitiateUpload(Model):
    """Announce a file: its exact size and type are signed, and nothing else is taken.

    `checksum_sha256` is the SHA-256 of the whole file in base64. `auto` cuts large files in parts.
    """

    bucket: BucketName
    filename: Filename
    content_type: ContentType
    size: Size
    checksum_sha256: Sha256 | None = None
    method: Literal["auto", "put", "multipart"] = "auto"
    metadata: Metadata = Field(default_factory=dict)


class OpenUpload(Model):
    """An announced file, and the idempotency key of the request if it carried one."""

    upload: InitiateUpload
    idempotency_key: str | None = None


class SignedPart(Model):
    number: int
    size: int
    request: models.SignedRequest


class UploadView(Model):
    """Where the bytes go. In one piece: send `request`. In parts: each of `parts`, then the rest
    of `part_count`, signed when asked for. Add nothing, leave no header out."""

    id: ObjectId
    method: Literal["put", "multipart", "proxy", "copy", "tus"]
    expires_at: datetime
    request: models.SignedRequest | None = None
    part_size: int | None = None
    part_count: int | None = None
    parts: list[SignedPart] | None = None


class OpenedUpload(Model):
    object: ObjectView
    upload: UploadView


class UploadReference(Model):
    id: ObjectId


class PartNumbers(Model):
    numbers: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10_000, strict=True)], ...],
        Field(min_length=1, max_length=constants.PARTS_AT_ONCE),
    ]


class SignParts(Model):
    id: ObjectId
    parts: PartNumbers


class SignedParts(Model):
    parts: list[SignedPart]


class ArrivedParts(Model):
    parts: list[models.Part]


class SentPart(Model):
    number: int = Field(ge=1, le=10_000, strict=True)
    etag: str = Field(min_length=1, max_length=200)


class Completion(Model):
    """The parts as the store answered them; left out, whatever arrived is taken."""

    parts: Annotated[tuple[SentPart, ...], Field(max_length=10_000)] | None = None


class CompleteUpload(Model):
    id: ObjectId
    completion: Completion = Completion()


class DirectUpload(Model):
    """A file whose bytes come through us."""

    bucket: BucketName
    filename: Filename
    content_type: ContentType
    size: Size
    checksum_sha256: Sha256 | None = None
    chunks: SkipValidation[Any] = Field(repr=False)


class PutByGrant(Model):
    """A PUT to a signed address of ours, as it came; `size` is its Content-Length."""

    token: str
    size: int | None
    content_type: str | None
    if_none_match: str | None
    checksum_sha256: str | None
    chunks: SkipValidation[Any] = Field(repr=False)


class GetByGrant(Model):
    token: str
