from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

from pydantic import Field

from core.models import Model, UserId

ExportId = NewType("ExportId", UUID)

type ExportStatus = Literal["pending", "ready"]


class DataExport(Model):
    """What we hold about somebody, gathered for them. `content_box` is encrypted JSON."""

    id: ExportId
    user_id: UserId
    content_box: bytes | None = Field(default=None, repr=False)
    created_at: datetime
    finished_at: datetime | None = None
    expires_at: datetime

    @property
    def status(self) -> ExportStatus:
        return "pending" if self.finished_at is None else "ready"
