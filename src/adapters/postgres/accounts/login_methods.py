from typing import override

from adapters.postgres.database import Database
from core.accounts import ports
from core.models import UserId


class LoginMethods(ports.LoginMethods):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def lock(self, user_id: UserId) -> None:
        await self._database.execute(
            "SELECT 1 FROM accounts.users WHERE id = %(id)s FOR NO KEY UPDATE", {"id": user_id}
        )

    @override
    async def of(self, user_id: UserId) -> frozenset[str]:
        found = await self._database.fetch_values(
            """
            SELECT 'password' FROM accounts.users
             WHERE id = %(id)s AND password_hash IS NOT NULL
             UNION ALL SELECT 'identity' FROM accounts.identities WHERE user_id = %(id)s
             UNION ALL SELECT 'passkey' FROM accounts.passkeys WHERE user_id = %(id)s
            """,
            {"id": user_id},
        )
        return frozenset(found)
