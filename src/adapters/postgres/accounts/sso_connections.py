from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.accounts.models import ConnectionId
from core.accounts.sso import ports
from core.accounts.sso.models import Choice, Connection
from core.exceptions import VersionMismatch
from core.models import OrganizationId


class SsoConnections(ports.SsoConnections):
    """The installation's own belong to no tenant, so the platform is asked about those."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, connection: Connection) -> None:
        await self._database.execute(
            """
            INSERT INTO accounts.sso_connections (
                id, organization_id, name, issuer, client_id, client_secret_box,
                client_authentication, scopes, email_claim, trusts_email, jit_enabled,
                default_role, enabled, created_at, updated_at, version
            ) VALUES (
                %(id)s, %(organization_id)s, %(name)s, %(issuer)s, %(client_id)s,
                %(client_secret_box)s, %(client_authentication)s, %(scopes)s, %(email_claim)s,
                %(trusts_email)s, %(jit_enabled)s, %(default_role)s, %(enabled)s, %(created_at)s,
                %(updated_at)s, %(version)s
            )
            """,
            connection.model_dump(),
            scope=connection.organization_id or PLATFORM,
        )

    @override
    async def find(self, connection_id: ConnectionId) -> Connection | None:
        return await self._database.fetch_one(
            Connection,
            """
            SELECT id, organization_id, name, issuer, client_id, client_secret_box,
                   client_authentication, scopes, email_claim, trusts_email, jit_enabled,
                   default_role, enabled, created_at, updated_at, version
              FROM accounts.sso_connections
             WHERE id = %(id)s
            """,
            {"id": connection_id},
            scope=PLATFORM,
        )

    @override
    async def all(self, organization_id: OrganizationId | None) -> list[Connection]:
        return await self._database.fetch_all(
            Connection,
            """
            SELECT id, organization_id, name, issuer, client_id, client_secret_box,
                   client_authentication, scopes, email_claim, trusts_email, jit_enabled,
                   default_role, enabled, created_at, updated_at, version
              FROM accounts.sso_connections
             WHERE organization_id IS NOT DISTINCT FROM %(organization_id)s
             ORDER BY id DESC
            """,
            {"organization_id": organization_id},
            scope=organization_id or PLATFORM,
        )

    @override
    async def update(self, connection: Connection) -> Connection:
        updated = await self._database.execute(
            """
            UPDATE accounts.sso_connections
               SET name = %(name)s, client_id = %(client_id)s,
                   client_secret_box = %(client_secret_box)s,
                   client_authentication = %(client_authentication)s, scopes = %(scopes)s,
                   email_claim = %(email_claim)s, trusts_email = %(trusts_email)s,
                   jit_enabled = %(jit_enabled)s, default_role = %(default_role)s,
                   enabled = %(enabled)s, updated_at = %(updated_at)s, version = version + 1
             WHERE id = %(id)s AND organization_id IS NOT DISTINCT FROM %(organization_id)s
               AND version = %(version)s
            """,
            connection.model_dump(),
            scope=connection.organization_id or PLATFORM,
        )
        if not updated:
            raise VersionMismatch
        return connection.model_copy(update={"version": connection.version + 1})

    @override
    async def remove(
        self, organization_id: OrganizationId | None, connection_id: ConnectionId
    ) -> None:
        await self._database.execute(
            """
            DELETE FROM accounts.sso_connections
             WHERE id = %(id)s AND organization_id IS NOT DISTINCT FROM %(organization_id)s
            """,
            {"id": connection_id, "organization_id": organization_id},
            scope=organization_id or PLATFORM,
        )

    @override
    async def for_domain(self, domain: str) -> list[Choice]:
        return await self._database.fetch_all(
            Choice,
            """
            SELECT c.id, c.name
              FROM accounts.sso_connections AS c
             WHERE c.enabled AND (
                   c.organization_id IS NULL OR EXISTS (
                       SELECT FROM accounts.organization_domains AS d
                        WHERE d.organization_id = c.organization_id
                          AND d.domain = %(domain)s AND d.verified_at IS NOT NULL
                   ))
             ORDER BY c.organization_id IS NULL, c.id DESC
            """,
            {"domain": domain},
            scope=PLATFORM,
        )
