"""Buckets, and how much an organization holds."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from core.listing import Lists, WholeList
from core.models import Model, OrganizationId, Patch
from core.storage import models
from core.storage.fields import (
    BucketName,
    TypePattern,
)
from core.storage.models import BucketId, ScanPolicy, Visibility

type AllowedTypes = Annotated[tuple[TypePattern, ...], Field(max_length=100)]
type ObjectLimit = Annotated[int, Field(ge=1, le=2**53 - 1, strict=True)]


class CreateBucket(Model):
    """No `max_object_bytes`: as much as the installation takes. No `allowed_types`: every one."""

    name: BucketName
    visibility: Visibility = "private"
    max_object_bytes: ObjectLimit | None = None
    allowed_types: AllowedTypes = ()
    scan_policy: ScanPolicy = "off"


class BucketChanges(Patch):
    nullable = frozenset({"max_object_bytes"})

    visibility: Visibility | None = None
    max_object_bytes: ObjectLimit | None = None
    allowed_types: AllowedTypes | None = None
    scan_policy: ScanPolicy | None = None


class UpdateBucket(Model):
    """`expected_version` is the version that was read; None overwrites whatever is there."""

    name: BucketName
    changes: BucketChanges
    expected_version: int | None = None


class BucketReference(Model):
    name: BucketName


class BucketView(Model):
    id: BucketId
    organization_id: OrganizationId
    name: str
    visibility: Visibility
    max_object_bytes: int | None
    allowed_types: tuple[str, ...]
    scan_policy: ScanPolicy
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, bucket: models.Bucket) -> Self:
        return cls.model_validate(bucket.model_dump())


class ListBuckets(WholeList):
    lists = Lists(
        BucketView,
        "id name visibility max_object_bytes allowed_types scan_policy created_at updated_at"
        " version",
        "visibility max_object_bytes created_at updated_at",
        key="name",
        default="name",
    )


class UsageView(Model):
    """How much an organization may hold, holds, and has announced. No limit: null."""

    limit: int | None
    used: int
    reserved: int
    objects: int

    @classmethod
    def of(cls, usage: models.Usage, default_limit: int | None) -> Self:
        limit = usage.most(default_limit)
        return cls(limit=limit, used=usage.used, reserved=usage.reserved, objects=usage.objects)


class Quota(Model):
    """An organization's own limit; null: the installation's default."""

    limit: Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)] | None


class SetQuota(Model):
    organization_id: OrganizationId
    quota: Quota
