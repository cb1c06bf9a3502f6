from datetime import datetime
from typing import override

from adapters.postgres.database import Database
from core.billing import ports
from core.billing.models import Usage
from core.models import OrganizationId


class Meters(ports.Meters):
    """What was used, an entry each: small numbers of large things, until stats counts events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def lock(self, organization_id: OrganizationId, meter: str) -> None:
        await self._database.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"meter/{organization_id}/{meter}"},
            scope=organization_id,
        )

    @override
    async def add(self, usage: Usage) -> bool:
        added = await self._database.execute(
            """
            INSERT INTO stats.usage (organization_id, id, meter, amount, at)
            VALUES (%(organization_id)s, %(id)s, %(meter)s, %(amount)s, %(at)s)
            ON CONFLICT (organization_id, id) DO NOTHING
            """,
            usage.model_dump(),
            scope=usage.organization_id,
        )
        return added > 0

    @override
    async def used(self, organization_id: OrganizationId, meter: str, since: datetime) -> int:
        row = await self._database.fetch_row(
            """
            SELECT coalesce(sum(amount), 0)::bigint AS used FROM stats.usage
             WHERE organization_id = %(organization_id)s AND meter = %(meter)s AND at >= %(since)s
            """,
            {"organization_id": organization_id, "meter": meter, "since": since},
            scope=organization_id,
        )
        return row["used"] if row else 0

    @override
    async def hours(
        self, organization_id: OrganizationId, meter: str, since: datetime, until: datetime
    ) -> list[tuple[datetime, int]]:
        rows = await self._database.fetch_rows(
            """
            SELECT date_trunc('hour', at, 'UTC') AS hour, sum(amount)::bigint AS amount
              FROM stats.usage
             WHERE organization_id = %(organization_id)s AND meter = %(meter)s
               AND at >= %(since)s AND at < %(until)s
             GROUP BY 1
             ORDER BY 1
            """,
            {"organization_id": organization_id, "meter": meter, "since": since, "until": until},
            scope=organization_id,
        )
        return [(row["hour"], row["amount"]) for row in rows]
