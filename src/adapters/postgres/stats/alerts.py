from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.models import OrganizationId
from core.stats import ports
from core.stats.exceptions import MeterNotFound, TooManyAlerts
from core.stats.models import Alert, AlertId


class Alerts(ports.Alerts):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, alert: Alert, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO stats.alerts
                   (id, organization_id, title, meter, aggregation, above, below, "window", tz,
                    state, created_at)
            SELECT %(id)s, %(organization_id)s, %(title)s, %(meter)s, %(aggregation)s, %(above)s,
                   %(below)s, %(window)s, %(tz)s, %(state)s, %(created_at)s
             WHERE (SELECT count(*) FROM stats.alerts
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            alert.model_dump() | {"most": most},
            scope=alert.organization_id,
            rules={"fk_alerts_meter": MeterNotFound},
        )
        if not added:
            raise TooManyAlerts

    @override
    async def of(self, organization_id: OrganizationId) -> list[Alert]:
        return await self._database.fetch_all(
            Alert,
            """
            SELECT id, organization_id, title, meter, aggregation, above, below, "window", tz,
                   state, value, changed_at, created_at
              FROM stats.alerts
             WHERE organization_id = %(organization_id)s
             ORDER BY id
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def page(self, after: AlertId | None, *, limit: int) -> list[Alert]:
        return await self._database.fetch_all(
            Alert,
            """
            SELECT id, organization_id, title, meter, aggregation, above, below, "window", tz,
                   state, value, changed_at, created_at
              FROM stats.alerts
             WHERE %(after)s::uuid IS NULL OR id > %(after)s
             ORDER BY id
             LIMIT %(limit)s
            """,
            {"after": after, "limit": limit},
            scope=PLATFORM,
        )

    @override
    async def put(self, alert: Alert) -> None:
        await self._database.queue(
            """
            UPDATE stats.alerts
               SET state = %(state)s, value = %(value)s, changed_at = %(changed_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            alert.model_dump(),
            scope=alert.organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, alert_id: AlertId) -> bool:
        removed = await self._database.execute(
            """
            DELETE FROM stats.alerts
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": alert_id},
            scope=organization_id,
        )
        return removed > 0
