"""What records say that others may want to hear of."""

from uuid import UUID

from core.models import OrganizationEvent


class RecordEvent(OrganizationEvent):
    """Something happened to a record; who wants to know what it says reads it."""

    collection: str
    record_id: UUID
    version: int
    user_id: UUID | None = None


class RecordCreated(RecordEvent):
    """There is a new record, or one is there again."""

    topic = "management.record_created"


class RecordUpdated(RecordEvent):
    """A record says something else than before."""

    topic = "management.record_updated"

    fields: list[str]


class RecordDeleted(RecordEvent):
    """A record is deleted; it can be restored."""

    topic = "management.record_deleted"


class RecordsImported(OrganizationEvent):
    """Records came out of a file: so many, all at once."""

    topic = "management.records_imported"

    collection: str
    created: int
    updated: int
    user_id: UUID | None = None
