from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.exceptions import NotFound
from core.models import OrganizationId
from core.storage import lifecycle, ports
from core.storage.models import Correction, Usage


class Usages(ports.Usages):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def get(self, organization_id: OrganizationId) -> Usage:
        found = await self._database.fetch_one(
            Usage,
            """
            SELECT organization_id, limit_bytes AS limit, used_bytes AS used,
                   reserved_bytes AS reserved, object_count AS objects
              FROM storage.usage
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        return found or Usage(organization_id=organization_id)

    @override
    async def limit(self, organization_id: OrganizationId, limit: int | None) -> Usage:
        await self._database.execute(
            """
            INSERT INTO storage.usage
                   (organization_id, limit_bytes, used_bytes, reserved_bytes, object_count)
            VALUES (%(organization_id)s, %(limit)s, 0, 0, 0)
            ON CONFLICT (organization_id) DO UPDATE SET limit_bytes = excluded.limit_bytes
            """,
            {"organization_id": organization_id, "limit": limit},
            scope=organization_id,
            rules={"fk_usage_organization_id": NotFound},
        )
        return await self.get(organization_id)

    @override
    async def holders(self) -> list[OrganizationId]:
        return await self._database.fetch_values(
            "SELECT organization_id FROM storage.usage ORDER BY organization_id",
            {},
            scope=PLATFORM,
        )

    @override
    async def recount(self, organization_id: OrganizationId) -> Correction | None:
        # The lock first, in a statement of its own: what moves meanwhile waits, and the sums see
        # all that moved before.
        await self._database.execute(
            """
            SELECT 1 FROM storage.usage WHERE organization_id = %(organization_id)s FOR UPDATE
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        before = await self.get(organization_id)
        await self._database.execute(
            """
            UPDATE storage.usage AS u
               SET used_bytes = s.used, reserved_bytes = s.reserved, object_count = s.objects
              FROM (
                SELECT coalesce(sum(size) FILTER (WHERE status = ANY(%(used)s)), 0) AS used,
                       coalesce(sum(size) FILTER (WHERE status = ANY(%(reserved)s)), 0) AS reserved,
                       count(*) FILTER (WHERE status = ANY(%(used)s)) AS objects
                  FROM storage.objects
                 WHERE organization_id = %(organization_id)s
              ) AS s
             WHERE u.organization_id = %(organization_id)s
               AND (u.used_bytes, u.reserved_bytes, u.object_count)
                   IS DISTINCT FROM (s.used, s.reserved, s.objects)
            """,
            {
                "organization_id": organization_id,
                "used": sorted(lifecycle.USED),
                "reserved": sorted(lifecycle.RESERVED),
            },
            scope=organization_id,
        )
        after = await self.get(organization_id)
        return Correction(before=before, after=after) if after != before else None
