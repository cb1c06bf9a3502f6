from collections.abc import Sequence
from typing import Any, Unpack, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.listing import Found, Window
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import TooManyReports
from core.stats.reports import Report, ReportId


class Reports(ports.Reports):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        await self._database.queue(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"stats/reports/{organization_id}"},
            scope=organization_id,
        )

    @override
    async def add(self, report: Report, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO stats.reports
                   (id, organization_id, title, query, range, chart, version, erasures,
                    created_at, updated_at)
            SELECT %(id)s, %(organization_id)s, %(title)s, %(query)s, %(range)s, %(chart)s,
                   %(version)s, %(erasures)s, %(created_at)s, %(updated_at)s
             WHERE (SELECT count(*) FROM stats.reports
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            _columns(report) | {"most": most},
            scope=report.organization_id,
        )
        if not added:
            raise TooManyReports

    @override
    async def get(self, organization_id: OrganizationId, report_id: ReportId) -> Report | None:
        found = await self.some(organization_id, [report_id])
        return found[0] if found else None

    @override
    async def some(
        self, organization_id: OrganizationId, report_ids: Sequence[ReportId]
    ) -> list[Report]:
        return await self._database.fetch_all(
            Report,
            """
            SELECT id, organization_id, title, query, range, chart, version, erasures, created_at,
                   updated_at
              FROM stats.reports
             WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s::uuid[])
             ORDER BY array_position(%(ids)s::uuid[], id)
            """,
            {"organization_id": organization_id, "ids": list(report_ids)},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Report]:
        return await listed(
            self._database,
            Report,
            """
            SELECT id, organization_id, title, query, range, chart, version, erasures, created_at,
                   updated_at
              FROM stats.reports
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
            **window,
        )

    @override
    async def put(self, report: Report) -> None:
        await self._database.queue(
            """
            UPDATE stats.reports
               SET title = %(title)s, query = %(query)s, range = %(range)s, chart = %(chart)s,
                   version = %(version)s, updated_at = %(updated_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _columns(report),
            scope=report.organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, report_id: ReportId) -> bool:
        removed = await self._database.execute(
            """
            DELETE FROM stats.reports
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": report_id},
            scope=organization_id,
        )
        return removed > 0


def _columns(report: Report) -> dict[str, Any]:
    told = report.model_dump(mode="json", include={"query", "range"})
    return report.model_dump() | {key: Jsonb(value) for key, value in told.items()}
