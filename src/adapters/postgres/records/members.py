from collections.abc import Collection
from typing import override

from adapters.postgres.database import Database
from core.accounts.models import Member
from core.management.records import ports
from core.models import OrganizationId, UserId


class RecordMembers(ports.Members):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def some(
        self, organization_id: OrganizationId, user_ids: Collection[UserId]
    ) -> list[Member]:
        return await self._database.fetch_all(
            Member,
            """
            SELECT organization_id, user_id, role, membership.created_at, email, display_name
              FROM accounts.memberships AS membership
              JOIN accounts.users AS member ON member.id = user_id
             WHERE organization_id = %(organization_id)s AND user_id = ANY(%(ids)s::uuid[])
            """,
            {"organization_id": organization_id, "ids": list(user_ids)},
            scope=organization_id,
        )
