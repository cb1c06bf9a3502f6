from datetime import datetime
from typing import Protocol

from core.models import OrganizationId


class OrganizationData(Protocol):
    """What one module holds for organizations beyond the rows that go with theirs."""

    async def erase(self, organization_id: OrganizationId) -> None:
        """Remove all of it. Once it is gone, doing so again is fine."""


class DepartingOrganizations(Protocol):
    async def due(
        self, now: datetime, *, limit: int, after: OrganizationId | None = None
    ) -> list[OrganizationId]:
        """Return organizations whose deletion is due, by id, those `after` one of them."""

    async def remove(self, organization_id: OrganizationId, now: datetime) -> bool:
        """Forget an organization and every row that is its own.

        Only if its deletion is due at that very moment; tell whether it was.
        """
