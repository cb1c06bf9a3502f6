"""Rules that several use cases share."""

from core.exceptions import VersionMismatch
from core.models import OrganizationId
from core.storage import exceptions, lifecycle, ports
from core.storage.config import StorageConfig
from core.storage.models import Bucket, ObjectId, StoredObject


async def bucket_named(
    buckets: ports.Buckets, organization_id: OrganizationId, name: str
) -> Bucket:
    bucket = await buckets.named(organization_id, name)
    if bucket is None:
        raise exceptions.BucketNotFound
    return bucket


async def shown_object(
    objects: ports.Objects, organization_id: OrganizationId, object_id: ObjectId
) -> StoredObject:
    """Return an object that there is for its organization: tombstones are not."""
    stored = await objects.get(organization_id, object_id)
    if stored is None or stored.status not in lifecycle.SHOWN:
        raise exceptions.ObjectNotFound
    return stored


async def upload(
    objects: ports.Objects, organization_id: OrganizationId, object_id: ObjectId
) -> StoredObject:
    stored = await objects.get(organization_id, object_id)
    if stored is None or stored.status == "purged":
        raise exceptions.UploadNotFound
    return stored


async def resumable(
    objects: ports.Objects, organization_id: OrganizationId, object_id: ObjectId
) -> StoredObject:
    """Return an upload that comes piece by piece and goes on, or came to a good end."""
    stored = await upload(objects, organization_id, object_id)
    if stored.upload_method != "tus" or stored.status not in lifecycle.LIVE:
        raise exceptions.UploadNotFound
    return stored


def check_offset(offset: int, stored: StoredObject) -> None:
    """Refuse bytes that do not go on where the last ones ended."""
    check_open(stored)
    if offset != stored.received:
        raise exceptions.OffsetMismatch(offset=stored.received)


def check_open(stored: StoredObject) -> None:
    if stored.status != "pending":
        raise exceptions.UploadNotOpen(object_status=stored.status)


def check_version(expected: int | None, version: int) -> None:
    if expected not in {None, version}:
        raise VersionMismatch(current_etag=f'"{version}"')


def check_downloadable(stored: StoredObject) -> None:
    if stored.status == "quarantined":
        raise exceptions.ObjectQuarantined
    if stored.status != "available":
        raise exceptions.ObjectNotAvailable(object_status=stored.status)


def check_size(size: int, bucket: Bucket, config: StorageConfig) -> None:
    most = min(config.max_object_bytes, bucket.max_object_bytes or config.max_object_bytes)
    if size > most:
        raise exceptions.ObjectTooLarge(f"Files of at most {most} bytes go in here.", limit=most)


def check_scanner(scan_policy: str | None, config: StorageConfig) -> None:
    if scan_policy in {"async", "required"} and config.scanner == "none":
        raise exceptions.ScannerMissing
