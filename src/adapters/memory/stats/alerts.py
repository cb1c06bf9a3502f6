from typing import override

from adapters.memory.store import Store
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import MeterNotFound, TooManyAlerts
from core.stats.models import Alert, AlertId, Meter


class Alerts(ports.Alerts):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Alert)
        self._meters = store.table(Meter)

    @override
    async def add(self, alert: Alert, *, most: int) -> None:
        async with self._store.writing():
            if not self._has_meter(alert):
                raise MeterNotFound
            if len(await self.of(alert.organization_id)) >= most:
                raise TooManyAlerts
            self._rows[alert.id] = alert

    @override
    async def of(self, organization_id: OrganizationId) -> list[Alert]:
        return [row for row in self._there() if row.organization_id == organization_id]

    @override
    async def page(self, after: AlertId | None, *, limit: int) -> list[Alert]:
        return [row for row in self._there() if after is None or row.id > after][:limit]

    @override
    async def put(self, alert: Alert) -> None:
        async with self._store.writing():
            if alert.id in self._rows:
                self._rows[alert.id] = alert

    @override
    async def remove(self, organization_id: OrganizationId, alert_id: AlertId) -> bool:
        async with self._store.writing():
            found = self._rows.get(alert_id)
            if found is None or found.organization_id != organization_id:
                return False
            del self._rows[alert_id]
            return True

    def _there(self) -> list[Alert]:
        rows = [row for row in self._rows.values() if self._has_meter(row)]
        return sorted(rows, key=lambda row: row.id)

    def _has_meter(self, alert: Alert) -> bool:
        whose = alert.organization_id, alert.meter
        return any((row.organization_id, row.slug) == whose for row in self._meters.values())
