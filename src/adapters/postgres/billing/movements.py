from collections.abc import Sequence
from datetime import datetime
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.billing import ports
from core.billing.models import Movement, MovementKind, Revenue
from core.models import OrganizationId


class Movements(ports.Movements):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def mrr(self, organization_id: OrganizationId) -> dict[str, int]:
        rows = await self._database.fetch_rows(
            """
            SELECT currency, sum(delta)::bigint AS mrr FROM billing.movements
             WHERE organization_id = %(organization_id)s
             GROUP BY currency
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        return {row["currency"]: row["mrr"] for row in rows}

    @override
    async def add(
        self, organization_id: OrganizationId, movements: Sequence[Movement], at: datetime
    ) -> None:
        for one in movements:
            await self._database.queue(
                """
                INSERT INTO billing.movements (organization_id, kind, delta, mrr, currency, at)
                VALUES (%(organization_id)s, %(kind)s, %(delta)s, %(mrr)s, %(currency)s, %(at)s)
                """,
                one.model_dump() | {"organization_id": organization_id, "at": at},
                scope=organization_id,
            )

    @override
    async def totals(self) -> list[Revenue]:
        return await self._database.fetch_all(
            Revenue,
            """
            SELECT currency, sum(mrr)::bigint AS mrr,
                   count(*) FILTER (WHERE mrr > 0) AS organizations
              FROM (SELECT currency, sum(delta) AS mrr FROM billing.movements
                     GROUP BY organization_id, currency) AS paid
             GROUP BY currency
             ORDER BY currency COLLATE "C"
            """,
            {},
            scope=PLATFORM,
        )

    @override
    async def since(self, moment: datetime) -> dict[tuple[str, MovementKind], int]:
        rows = await self._database.fetch_rows(
            """
            SELECT currency, kind, sum(delta)::bigint AS delta FROM billing.movements
             WHERE at >= %(moment)s
             GROUP BY currency, kind
            """,
            {"moment": moment},
            scope=PLATFORM,
        )
        return {(row["currency"], row["kind"]): row["delta"] for row in rows}
