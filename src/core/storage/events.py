"""What happens in the storage module that others may want to hear of."""

from core.models import OrganizationEvent
from core.storage.models import BucketId, ObjectId


class ObjectAvailable(OrganizationEvent):
    """A file was uploaded or copied, verified, and may be downloaded."""

    topic = "storage.object_available"

    bucket_id: BucketId
    object_id: ObjectId
    size: int


class ObjectQuarantined(OrganizationEvent):
    topic = "storage.object_quarantined"

    bucket_id: BucketId
    object_id: ObjectId


class ObjectDeleted(OrganizationEvent):
    topic = "storage.object_deleted"

    bucket_id: BucketId
    object_id: ObjectId
