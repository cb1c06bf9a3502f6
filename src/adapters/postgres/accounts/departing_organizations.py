from datetime import datetime
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.accounts.closing import ports
from core.models import OrganizationId


class DepartingOrganizations(ports.DepartingOrganizations):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def due(
        self, now: datetime, *, limit: int, after: OrganizationId | None = None
    ) -> list[OrganizationId]:
        return await self._database.fetch_values(
            """
            SELECT id
              FROM accounts.organizations
             WHERE deletes_at <= %(now)s AND (%(after)s::uuid IS NULL OR id > %(after)s)
             ORDER BY id
             LIMIT %(limit)s
            """,
            {"now": now, "limit": limit, "after": after},
            scope=PLATFORM,
        )

    @override
    async def remove(self, organization_id: OrganizationId, now: datetime) -> bool:
        # The rest goes with it: foreign keys cascade.
        removed = await self._database.execute(
            """
            DELETE FROM accounts.organizations
             WHERE id = %(organization_id)s AND deletes_at <= %(now)s
            """,
            {"organization_id": organization_id, "now": now},
            scope=organization_id,
        )
        return removed > 0
