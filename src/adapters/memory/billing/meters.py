from collections import Counter
from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.billing import ports
from core.billing.models import Usage
from core.models import OrganizationId


class Meters(ports.Meters):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Usage)

    @override
    async def lock(self, organization_id: OrganizationId, meter: str) -> None:
        """Transactions in memory come one after another anyhow."""

    @override
    async def add(self, usage: Usage) -> bool:
        async with self._store.writing():
            key = usage.organization_id, usage.id
            if key in self._rows:
                return False
            self._rows[key] = usage
            return True

    @override
    async def used(self, organization_id: OrganizationId, meter: str, since: datetime) -> int:
        return sum(row.amount for row in self._of(organization_id, meter) if row.at >= since)

    @override
    async def hours(
        self, organization_id: OrganizationId, meter: str, since: datetime, until: datetime
    ) -> list[tuple[datetime, int]]:
        found: Counter[datetime] = Counter()
        for row in self._of(organization_id, meter):
            if since <= row.at < until:
                found[row.at.replace(minute=0, second=0, microsecond=0)] += row.amount
        return sorted(found.items())

    def _of(self, organization_id: OrganizationId, meter: str) -> list[Usage]:
        rows = self._rows.values()
        return [row for row in rows if (row.organization_id, row.meter) == (organization_id, meter)]
