from typing import override

from adapters.postgres.database import Database
from core.accounts import ports
from core.accounts.models import Credential
from core.models import UserId


class LoginMethods(ports.LoginMethods):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def of(self, user_id: UserId) -> frozenset[Credential]:
        # Two statements: whoever waits for the lock must see what others left behind meanwhile,
        # and the second one looks afresh.
        [*passwords] = await self._database.fetch_values(
            """
            SELECT password_hash IS NOT NULL FROM accounts.users
             WHERE id = %(user_id)s FOR NO KEY UPDATE
            """,
            {"user_id": user_id},
        )
        others = await self._database.fetch_values(
            """
            SELECT 'passkey' FROM accounts.passkeys WHERE user_id = %(user_id)s
             UNION
            SELECT 'identity' FROM accounts.identities WHERE user_id = %(user_id)s
            """,
            {"user_id": user_id},
        )
        return frozenset([*others, *("password" for known in passwords if known)])
