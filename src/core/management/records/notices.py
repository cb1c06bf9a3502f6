"""What those who watch a collection are told: which record changed, not what it says."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from core.models import Model, OrganizationId


class Stretch(Model):
    """What is listened to: a collection in an organization."""

    organization_id: OrganizationId
    collection_id: UUID


class Notice(Stretch):
    """A record has another version. `at` is when, to go on from there."""

    record_id: UUID
    version: int
    what: Literal["changed", "deleted"]
    created_by: UUID | None = None
    at: datetime
