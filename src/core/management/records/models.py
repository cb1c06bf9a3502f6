"""What a record is."""

from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

from pydantic import Field

from core.management.collections.models import CollectionId
from core.models import Actor, Model, OrganizationId

RecordId = NewType("RecordId", UUID)
ImportId = NewType("ImportId", UUID)

type Data = dict[str, Any]


class Record(Model):
    """One of a collection's things. `data` is as the collection's version then said.

    Deleted ones stay, without their places in the side index, until they are restored.
    """

    id: RecordId
    organization_id: OrganizationId
    collection_id: CollectionId
    data: Data
    version: int = 1
    schema_version: int = 1
    created_by: UUID | None = None
    updated_by: UUID | None = None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    @property
    def etag(self) -> str:
        return etag(self.version)


class Change(Model):
    """A record as it was, if it was, and as it is from now on."""

    before: Record | None
    after: Record

    @property
    def verb(self) -> Literal["created", "updated", "deleted", "restored"]:
        if self.before is None:
            return "created"
        was, is_ = self.before.deleted_at, self.after.deleted_at
        if (was is None) is (is_ is None):
            return "updated"
        return "restored" if is_ is None else "deleted"

    @property
    def fields(self) -> list[str]:
        """Return the names of the fields that say something else now."""
        before = self.before.data if self.before else {}
        after = self.after.data
        return sorted(key for key in before | after if before.get(key) != after.get(key))


class Import(Model):
    """A file of records that a job takes, and how far it is."""

    id: ImportId
    organization_id: OrganizationId
    collection_id: CollectionId
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    upsert_on: str | None = None
    max_errors: int
    total: int
    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    errors: list[dict[str, Any]] = Field(default_factory=list)
    created_by: UUID | None = None
    created_at: datetime
    updated_at: datetime


def etag(version: int) -> str:
    return f'"v{version}"'


def author(actor: Actor) -> UUID | None:
    """Return who a record is by: a person, or a key that is nobody's; nobody at a terminal."""
    return actor.user_id or actor.api_key_id
