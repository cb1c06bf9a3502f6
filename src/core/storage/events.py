"""What happens in the storage module that others may want to hear of."""

from datetime import datetime

from core.models import Event, OrganizationId
from core.storage.models import BucketId, ObjectId


class ObjectAvailable(Event):
    """A file was uploaded or copied, verified, and may be downloaded."""

    topic = "storage.object_available"

    organization_id: OrganizationId
    bucket_id: BucketId
    object_id: ObjectId
    size: int
    at: datetime


class ObjectQuarantined(Event):
    topic = "storage.object_quarantined"

    organization_id: OrganizationId
    bucket_id: BucketId
    object_id: ObjectId
    at: datetime


class ObjectDeleted(Event):
    topic = "storage.object_deleted"

    organization_id: OrganizationId
    bucket_id: BucketId
    object_id: ObjectId
    at: datetime
