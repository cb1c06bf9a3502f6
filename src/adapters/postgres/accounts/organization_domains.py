from datetime import datetime
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.accounts.sso import exceptions, ports
from core.accounts.sso.models import Domain, DomainId
from core.models import OrganizationId


class OrganizationDomains(ports.OrganizationDomains):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, domain: Domain) -> None:
        await self._database.execute(
            """
            INSERT INTO accounts.organization_domains
                   (id, organization_id, domain, txt_value, created_at, verified_at)
            VALUES (%(id)s, %(organization_id)s, %(domain)s, %(txt_value)s, %(created_at)s,
                    %(verified_at)s)
            """,
            domain.model_dump(),
            scope=domain.organization_id,
            rules={"uq_organization_domains_organization_id_domain": exceptions.DomainTaken},
        )

    @override
    async def get(self, organization_id: OrganizationId, domain_id: DomainId) -> Domain | None:
        return await self._database.fetch_one(
            Domain,
            """
            SELECT id, organization_id, domain, txt_value, created_at, verified_at
              FROM accounts.organization_domains
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": domain_id},
            scope=organization_id,
        )

    @override
    async def all(self, organization_id: OrganizationId) -> list[Domain]:
        return await self._database.fetch_all(
            Domain,
            """
            SELECT id, organization_id, domain, txt_value, created_at, verified_at
              FROM accounts.organization_domains
             WHERE organization_id = %(organization_id)s
             ORDER BY id DESC
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def prove(
        self, organization_id: OrganizationId, domain_id: DomainId, at: datetime
    ) -> None:
        await self._database.execute(
            """
            UPDATE accounts.organization_domains
               SET verified_at = %(at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s AND verified_at IS NULL
            """,
            {"organization_id": organization_id, "id": domain_id, "at": at},
            scope=organization_id,
            rules={"uq_organization_domains_verified": exceptions.DomainTaken},
        )

    @override
    async def remove(self, organization_id: OrganizationId, domain_id: DomainId) -> None:
        await self._database.execute(
            """
            DELETE FROM accounts.organization_domains
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": domain_id},
            scope=organization_id,
        )

    @override
    async def proven(self, organization_id: OrganizationId, domain: str) -> bool:
        found = await self._database.fetch_values(
            """
            SELECT 1 FROM accounts.organization_domains
             WHERE organization_id = %(organization_id)s AND domain = %(domain)s
               AND verified_at IS NOT NULL
            """,
            {"organization_id": organization_id, "domain": domain},
            scope=organization_id,
        )
        return bool(found)

    @override
    async def password_allowed(self, domain: str) -> bool:
        enforcing = await self._database.fetch_values(
            """
            SELECT 1
              FROM accounts.organization_domains AS d
              JOIN accounts.organizations AS o
                ON o.id = d.organization_id AND o.deletes_at IS NULL
             WHERE d.domain = %(domain)s AND d.verified_at IS NOT NULL AND o.sso_enforced
            """,
            {"domain": domain},
            scope=PLATFORM,
        )
        return not enforcing
