from typing import override

from adapters.postgres.database import Database
from core.accounts import ports
from core.accounts.models import Role
from core.accounts.roles import exceptions
from core.exceptions import VersionMismatch
from core.models import OrganizationId


class Roles(ports.Roles):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, role: Role) -> None:
        added = await self._database.execute(
            """
            INSERT INTO accounts.roles
                   (id, organization_id, key, name, permissions, created_at, updated_at, version)
            VALUES (%(id)s, %(organization_id)s, %(key)s, %(name)s, %(permissions)s,
                    %(created_at)s, %(updated_at)s, %(version)s)
            ON CONFLICT (organization_id, key) DO NOTHING
            """,
            role.model_dump() | {"permissions": sorted(role.permissions)},
            scope=role.organization_id,
        )
        if not added:
            raise exceptions.RoleKeyTaken

    @override
    async def get(self, organization_id: OrganizationId, key: str) -> Role | None:
        return await self._database.fetch_one(
            Role,
            """
            SELECT id, organization_id, key, name, permissions, created_at, updated_at, version
              FROM accounts.roles
             WHERE organization_id = %(organization_id)s AND key = %(key)s
            """,
            {"organization_id": organization_id, "key": key},
            scope=organization_id,
        )

    @override
    async def all(self, organization_id: OrganizationId) -> list[Role]:
        return await self._database.fetch_all(
            Role,
            """
            SELECT id, organization_id, key, name, permissions, created_at, updated_at, version
              FROM accounts.roles
             WHERE organization_id = %(organization_id)s
             ORDER BY key COLLATE "C"
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def update(self, role: Role) -> Role:
        updated = await self._database.fetch_one(
            Role,
            """
            UPDATE accounts.roles
               SET name = %(name)s, permissions = %(permissions)s, updated_at = %(updated_at)s,
                   version = version + 1
             WHERE organization_id = %(organization_id)s AND key = %(key)s
               AND version = %(version)s
            RETURNING id, organization_id, key, name, permissions, created_at, updated_at, version
            """,
            role.model_dump() | {"permissions": sorted(role.permissions)},
            scope=role.organization_id,
        )
        if updated is None:
            raise VersionMismatch
        return updated

    @override
    async def remove(self, organization_id: OrganizationId, key: str) -> None:
        await self._database.execute(
            """
            DELETE FROM accounts.roles
             WHERE organization_id = %(organization_id)s AND key = %(key)s
            """,
            {"organization_id": organization_id, "key": key},
            scope=organization_id,
        )

    @override
    async def in_use(self, organization_id: OrganizationId, key: str) -> bool:
        # One statement, one snapshot: an invitation that is just being accepted is seen as pending
        # or as the membership it becomes, never as neither.
        [used] = await self._database.fetch_values(
            """
            SELECT EXISTS (
                       SELECT 1 FROM accounts.memberships
                        WHERE organization_id = %(organization_id)s AND role = %(key)s
                   ) OR EXISTS (
                       SELECT 1 FROM accounts.invitations
                        WHERE organization_id = %(organization_id)s AND role = %(key)s
                          AND status = 'pending'
                   ) OR EXISTS (
                       SELECT 1 FROM accounts.api_keys
                        WHERE organization_id = %(organization_id)s AND role = %(key)s
                          AND revoked_at IS NULL
                   ) OR EXISTS (
                       SELECT 1 FROM accounts.sso_connections
                        WHERE organization_id = %(organization_id)s AND default_role = %(key)s
                   )
            """,
            {"organization_id": organization_id, "key": key},
            scope=organization_id,
        )
        return bool(used)
