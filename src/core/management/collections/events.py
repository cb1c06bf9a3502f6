"""What happens to collections that others may want to hear of."""

from typing import Literal

from core.management.collections.models import CollectionId
from core.models import OrganizationEvent


class CollectionChanged(OrganizationEvent):
    """A collection was defined, changed, deleted or brought back; or its records follow by now."""

    topic = "management.collection_changed"

    collection_id: CollectionId
    key: str
    version: int
    change: Literal["created", "updated", "deleted", "restored", "migrated"]
