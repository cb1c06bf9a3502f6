from collections.abc import Sequence
from datetime import datetime
from typing import Unpack, override

from adapters.memory.store import Store
from core.listing import Found, Window, applied
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import TooManyDashboards, TooManyReports
from core.stats.reports import Dashboard, DashboardId, Report, ReportId


class Reports(ports.Reports):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Report)

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        """Transactions in memory come one after another anyhow."""

    @override
    async def add(self, report: Report, *, most: int) -> None:
        async with self._store.writing():
            if len(self._of(report.organization_id)) >= most:
                raise TooManyReports
            self._rows[report.id] = report

    @override
    async def get(self, organization_id: OrganizationId, report_id: ReportId) -> Report | None:
        found = self._rows.get(report_id)
        return found if found and found.organization_id == organization_id else None

    @override
    async def some(
        self, organization_id: OrganizationId, report_ids: Sequence[ReportId]
    ) -> list[Report]:
        found = [await self.get(organization_id, one) for one in report_ids]
        return [one for one in found if one is not None]

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Report]:
        return applied(self._of(organization_id), **window)

    @override
    async def put(self, report: Report) -> None:
        async with self._store.writing():
            if (kept := await self.get(report.organization_id, report.id)) is not None:
                self._rows[report.id] = report.evolve(erasures=kept.erasures)

    @override
    async def remove(self, organization_id: OrganizationId, report_id: ReportId) -> bool:
        async with self._store.writing():
            if await self.get(organization_id, report_id) is None:
                return False
            del self._rows[report_id]
            self._store.cascade("report_id", report_id)
            return True

    def _of(self, organization_id: OrganizationId) -> list[Report]:
        return [row for row in self._rows.values() if row.organization_id == organization_id]


class Dashboards(ports.Dashboards):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Dashboard)

    @override
    async def add(self, dashboard: Dashboard, *, most: int) -> None:
        async with self._store.writing():
            if len(self._of(dashboard.organization_id)) >= most:
                raise TooManyDashboards
            self._rows[dashboard.id] = dashboard

    @override
    async def get(
        self, organization_id: OrganizationId, dashboard_id: DashboardId
    ) -> Dashboard | None:
        found = self._rows.get(dashboard_id)
        return found if found and found.organization_id == organization_id else None

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Dashboard]:
        return applied(self._of(organization_id), **window)

    @override
    async def put(self, dashboard: Dashboard) -> None:
        async with self._store.writing():
            if await self.get(dashboard.organization_id, dashboard.id) is not None:
                self._rows[dashboard.id] = dashboard

    @override
    async def remove(self, organization_id: OrganizationId, dashboard_id: DashboardId) -> bool:
        async with self._store.writing():
            if await self.get(organization_id, dashboard_id) is None:
                return False
            del self._rows[dashboard_id]
            return True

    @override
    async def take_off(
        self, organization_id: OrganizationId, report_id: ReportId, now: datetime
    ) -> int:
        async with self._store.writing():
            on = [row for row in self._of(organization_id) if report_id in row.report_ids]
            for row in on:
                left = tuple(one for one in row.report_ids if one != report_id)
                self._rows[row.id] = row.evolve(
                    report_ids=left, version=row.version + 1, updated_at=now
                )
            return len(on)

    def _of(self, organization_id: OrganizationId) -> list[Dashboard]:
        return [row for row in self._rows.values() if row.organization_id == organization_id]
