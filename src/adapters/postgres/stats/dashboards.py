from datetime import datetime
from typing import Any, Unpack, override

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.listing import Found, Window
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import TooManyDashboards
from core.stats.reports import Dashboard, DashboardId, ReportId


class Dashboards(ports.Dashboards):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, dashboard: Dashboard, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO stats.dashboards
                   (id, organization_id, title, report_ids, version, created_at, updated_at)
            SELECT %(id)s, %(organization_id)s, %(title)s, %(report_ids)s::uuid[], %(version)s,
                   %(created_at)s, %(updated_at)s
             WHERE (SELECT count(*) FROM stats.dashboards
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            _columns(dashboard) | {"most": most},
            scope=dashboard.organization_id,
        )
        if not added:
            raise TooManyDashboards

    @override
    async def get(
        self, organization_id: OrganizationId, dashboard_id: DashboardId
    ) -> Dashboard | None:
        return await self._database.fetch_one(
            Dashboard,
            """
            SELECT id, organization_id, title, report_ids, version, created_at, updated_at
              FROM stats.dashboards
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": dashboard_id},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Dashboard]:
        return await listed(
            self._database,
            Dashboard,
            """
            SELECT id, organization_id, title, report_ids, version, created_at, updated_at
              FROM stats.dashboards
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
            **window,
        )

    @override
    async def put(self, dashboard: Dashboard) -> None:
        await self._database.queue(
            """
            UPDATE stats.dashboards
               SET title = %(title)s, report_ids = %(report_ids)s::uuid[], version = %(version)s,
                   updated_at = %(updated_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _columns(dashboard),
            scope=dashboard.organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, dashboard_id: DashboardId) -> bool:
        removed = await self._database.execute(
            """
            DELETE FROM stats.dashboards
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": dashboard_id},
            scope=organization_id,
        )
        return removed > 0

    @override
    async def take_off(
        self, organization_id: OrganizationId, report_id: ReportId, now: datetime
    ) -> int:
        return await self._database.execute(
            """
            UPDATE stats.dashboards
               SET report_ids = array_remove(report_ids, %(report_id)s), version = version + 1,
                   updated_at = %(now)s
             WHERE organization_id = %(organization_id)s AND %(report_id)s = ANY(report_ids)
            """,
            {"organization_id": organization_id, "report_id": report_id, "now": now},
            scope=organization_id,
        )


def _columns(dashboard: Dashboard) -> dict[str, Any]:
    return dashboard.model_dump() | {"report_ids": list(dashboard.report_ids)}
