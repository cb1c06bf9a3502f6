from datetime import datetime
from typing import Any, Protocol

from core.accounts.privacy import models
from core.models import UserId


class PersonalData(Protocol):
    """What one module holds about people, under its name."""

    @property
    def name(self) -> str: ...

    async def of(self, user_id: UserId) -> dict[str, Any]:
        """Return all of it about one person: no secret, no hash, nothing that opens anything."""


class DataExports(Protocol):
    async def begin(self, export: models.DataExport) -> models.DataExport:
        """Keep a new export and return it; if one of the same person is pending, return that."""

    async def get(
        self, user_id: UserId, export_id: models.ExportId
    ) -> models.DataExport | None: ...

    async def finish(self, export_id: models.ExportId, content_box: bytes, at: datetime) -> bool:
        """Keep what was gathered; tell whether it was still missing."""

    async def purge(self, expired_before: datetime, *, limit: int) -> int: ...


class DepartingUsers(Protocol):
    async def due(self, now: datetime, *, limit: int, after: UserId | None = None) -> list[UserId]:
        """Return people whose deletion is due, by id, those `after` one of them."""

    async def remove(self, user_id: UserId, now: datetime) -> bool:
        """Forget somebody, all that is theirs, and the invitations to their address.

        Only if their deletion is due at that very moment; tell whether it was.
        """
