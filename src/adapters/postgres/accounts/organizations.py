from typing import Unpack, override

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core.accounts import exceptions, ports
from core.accounts.models import Membership, Organization, OrganizationOfUser
from core.exceptions import VersionMismatch
from core.listing import Found, Window
from core.models import OrganizationId, UserId


class Organizations(ports.Organizations):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, organization: Organization, owner: Membership) -> None:
        await self._database.queue(
            """
            WITH organization AS (
                INSERT INTO accounts.organizations
                       (id, name, slug, sso_enforced, mfa_required, created_at, updated_at,
                        version)
                VALUES (%(id)s, %(name)s, %(slug)s, %(sso_enforced)s, %(mfa_required)s,
                        %(created_at)s, %(updated_at)s, %(version)s)
                RETURNING id
            )
            INSERT INTO accounts.memberships (organization_id, user_id, role, created_at)
            SELECT id, %(owner_id)s, %(role)s, %(created_at)s FROM organization
            """,
            organization.model_dump() | {"owner_id": owner.user_id, "role": owner.role},
            scope=organization.id,
            rules={"uq_organizations_slug": exceptions.SlugTaken},
        )

    @override
    async def get(self, organization_id: OrganizationId) -> Organization | None:
        return await self._database.fetch_one(
            Organization,
            """
            SELECT id, name, slug, sso_enforced, mfa_required, deletes_at, created_at, updated_at,
                   version
              FROM accounts.organizations
             WHERE id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def by_slug(self, slug: str) -> Organization | None:
        return await self._database.fetch_one(
            Organization,
            """
            SELECT id, name, slug, sso_enforced, mfa_required, deletes_at, created_at, updated_at,
                   version
              FROM accounts.organizations
             WHERE slug = %(slug)s
            """,
            {"slug": slug},
            scope=PLATFORM,
        )

    @override
    async def update(self, organization: Organization) -> Organization:
        updated = await self._database.execute(
            """
            UPDATE accounts.organizations
               SET name = %(name)s, slug = %(slug)s, sso_enforced = %(sso_enforced)s,
                   mfa_required = %(mfa_required)s, deletes_at = %(deletes_at)s,
                   updated_at = %(updated_at)s,
                   version = version + 1
             WHERE id = %(organization_id)s AND version = %(version)s
            """,
            organization.model_dump() | {"organization_id": organization.id},
            scope=organization.id,
            rules={"uq_organizations_slug": exceptions.SlugTaken},
        )
        if not updated:
            raise VersionMismatch
        return organization.model_copy(update={"version": organization.version + 1})

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        await self._database.execute(
            """
            SELECT 1 FROM accounts.organizations
             WHERE id = %(organization_id)s FOR NO KEY UPDATE
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def of_user(self, user_id: UserId, **window: Unpack[Window]) -> Found[OrganizationOfUser]:
        return await listed(
            self._database,
            OrganizationOfUser,
            """
            SELECT o.id, o.name, o.slug, o.sso_enforced, o.mfa_required, o.deletes_at,
                   o.created_at, o.updated_at, o.version, m.role
              FROM accounts.memberships AS m
              JOIN accounts.organizations AS o ON o.id = m.organization_id
             WHERE m.user_id = %(user_id)s AND o.deletes_at IS NULL
            """,
            {"user_id": user_id},
            scope=PLATFORM,
            **window,
        )

    @override
    async def page(self, **window: Unpack[Window]) -> Found[Organization]:
        return await listed(
            self._database,
            Organization,
            """
            SELECT id, name, slug, sso_enforced, mfa_required, deletes_at, created_at, updated_at,
                   version
              FROM accounts.organizations
            """,
            {},
            scope=PLATFORM,
            **window,
        )
