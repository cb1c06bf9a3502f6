from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.accounts.closing import ports
from core.accounts.models import Organization
from core.models import OrganizationId


class DepartingOrganizations(ports.DepartingOrganizations):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Organization)

    @override
    async def due(
        self, now: datetime, *, limit: int, after: OrganizationId | None = None
    ) -> list[OrganizationId]:
        found = [
            row.id
            for row in self._rows.values()
            if row.deletes_at is not None
            and row.deletes_at <= now
            and (after is None or row.id > after)
        ]
        return sorted(found)[:limit]

    @override
    async def remove(self, organization_id: OrganizationId, now: datetime) -> bool:
        async with self._store.writing():
            if organization_id not in await self.due(now, limit=len(self._rows)):
                return False
            del self._rows[organization_id]
            self._store.cascade("organization_id", organization_id)
            self._store.cascade("scope_organization_id", organization_id)
        return True
