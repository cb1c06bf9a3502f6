from typing import override

from adapters.postgres.database import Database
from core.accounts.models import ConnectionId
from core.accounts.sso import exceptions, ports
from core.accounts.sso.models import Assertion, Identity, IdentityId
from core.models import UserId


class Identities(ports.Identities):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, identity: Identity) -> None:
        await self._database.execute(
            """
            INSERT INTO accounts.identities
                   (id, user_id, connection_id, issuer, subject, email_at_link, created_at)
            VALUES (%(id)s, %(user_id)s, %(connection_id)s, %(issuer)s, %(subject)s,
                    %(email_at_link)s, %(created_at)s)
            """,
            identity.model_dump(),
            rules={"uq_identities_connection_id_issuer_subject": exceptions.IdentityTaken},
        )

    @override
    async def find(self, connection_id: ConnectionId, assertion: Assertion) -> Identity | None:
        return await self._database.fetch_one(
            Identity,
            """
            SELECT id, user_id, connection_id, issuer, subject, email_at_link, created_at
              FROM accounts.identities
             WHERE connection_id = %(connection_id)s AND issuer = %(issuer)s
               AND subject = %(subject)s
            """,
            {
                "connection_id": connection_id,
                "issuer": assertion.issuer,
                "subject": assertion.subject,
            },
        )

    @override
    async def of_user(self, user_id: UserId) -> list[Identity]:
        return await self._database.fetch_all(
            Identity,
            """
            SELECT id, user_id, connection_id, issuer, subject, email_at_link, created_at
              FROM accounts.identities
             WHERE user_id = %(user_id)s
             ORDER BY id DESC
             LIMIT 100
            """,
            {"user_id": user_id},
        )

    @override
    async def remove(self, user_id: UserId, identity_id: IdentityId) -> bool:
        removed = await self._database.fetch_values(
            """
            WITH removed AS (
                DELETE FROM accounts.identities
                 WHERE user_id = %(user_id)s AND id = %(id)s RETURNING connection_id
            ), ended AS (
                DELETE FROM accounts.sessions AS s USING removed
                 WHERE s.user_id = %(user_id)s AND s.connection_id = removed.connection_id
            )
            SELECT 1 FROM removed
            """,
            {"user_id": user_id, "id": identity_id},
        )
        return bool(removed)
