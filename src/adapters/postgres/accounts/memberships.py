from typing import Final, Unpack, override

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.accounts import exceptions, ports
from core.accounts.models import Member, Membership
from core.listing import Field, Found, Window, newest
from core.models import OrganizationId, UserId

BY_USER: Final = newest(Field("user_id", "uuid"))


class Memberships(ports.Memberships):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, membership: Membership) -> None:
        added = await self._database.execute(
            """
            INSERT INTO accounts.memberships (organization_id, user_id, role, created_at)
            VALUES (%(organization_id)s, %(user_id)s, %(role)s, %(created_at)s)
            ON CONFLICT (organization_id, user_id) DO NOTHING
            """,
            membership.model_dump(),
            scope=membership.organization_id,
        )
        if not added:
            raise exceptions.AlreadyMember

    @override
    async def get(self, organization_id: OrganizationId, user_id: UserId) -> Membership | None:
        return await self._database.fetch_one(
            Membership,
            """
            SELECT organization_id, user_id, role, created_at
              FROM accounts.memberships
             WHERE organization_id = %(organization_id)s AND user_id = %(user_id)s
            """,
            {"organization_id": organization_id, "user_id": user_id},
            scope=organization_id,
        )

    @override
    async def by_email(self, organization_id: OrganizationId, email: str) -> Membership | None:
        return await self._database.fetch_one(
            Membership,
            """
            SELECT m.organization_id, m.user_id, m.role, m.created_at
              FROM accounts.users AS u
              JOIN accounts.memberships AS m ON m.user_id = u.id
             WHERE u.email = lower(%(email)s) AND m.organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id, "email": email},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Member]:
        return await listed(
            self._database,
            Member,
            """
            SELECT m.organization_id, m.user_id, m.role, m.created_at, u.email, u.display_name
              FROM accounts.memberships AS m
              JOIN accounts.users AS u ON u.id = m.user_id
             WHERE m.organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            order=BY_USER,
            scope=organization_id,
            **window,
        )

    @override
    async def set_role(self, organization_id: OrganizationId, user_id: UserId, role: str) -> None:
        await self._database.execute(
            """
            UPDATE accounts.memberships
               SET role = %(role)s
             WHERE organization_id = %(organization_id)s AND user_id = %(user_id)s
            """,
            {"organization_id": organization_id, "user_id": user_id, "role": role},
            scope=organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, user_id: UserId) -> None:
        await self._database.execute(
            """
            DELETE FROM accounts.memberships
             WHERE organization_id = %(organization_id)s AND user_id = %(user_id)s
            """,
            {"organization_id": organization_id, "user_id": user_id},
            scope=organization_id,
        )

    @override
    async def owners(
        self, organization_id: OrganizationId, *, besides: UserId | None = None
    ) -> int:
        [owners] = await self._database.fetch_values(
            """
            SELECT count(*)
              FROM accounts.memberships AS m
              JOIN accounts.users AS u ON u.id = m.user_id
             WHERE m.organization_id = %(organization_id)s
               AND m.role = 'owner' AND u.status = 'active'
               AND (%(besides)s::uuid IS NULL OR m.user_id <> %(besides)s)
            """,
            {"organization_id": organization_id, "besides": besides},
            scope=organization_id,
        )
        return int(owners)
