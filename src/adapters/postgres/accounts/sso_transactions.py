from datetime import datetime
from typing import override

from adapters.postgres.database import Database
from core.accounts.sso import ports
from core.accounts.sso.models import Transaction, TransactionId


class SsoTransactions(ports.SsoTransactions):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, transaction: Transaction) -> None:
        await self._database.execute(
            """
            INSERT INTO accounts.sso_transactions (
                id, connection_id, browser_hash, secrets_box, return_to, code_challenge,
                assertion_box, created_at, expires_at
            ) VALUES (
                %(id)s, %(connection_id)s, %(browser_hash)s, %(secrets_box)s, %(return_to)s,
                %(code_challenge)s, %(assertion_box)s, %(created_at)s, %(expires_at)s
            )
            """,
            transaction.model_dump(),
        )

    @override
    async def take(
        self, transaction_id: TransactionId, browser_hash: bytes, now: datetime
    ) -> Transaction | None:
        return await self._database.fetch_one(
            Transaction,
            """
            UPDATE accounts.sso_transactions
               SET answered_at = %(now)s
             WHERE id = %(id)s AND browser_hash = %(browser_hash)s
               AND answered_at IS NULL AND expires_at > %(now)s
            RETURNING id, connection_id, browser_hash, secrets_box, return_to, code_challenge,
                      assertion_box, created_at, expires_at
            """,
            {"id": transaction_id, "browser_hash": browser_hash, "now": now},
        )

    @override
    async def keep(
        self, transaction_id: TransactionId, assertion_box: bytes, until: datetime
    ) -> None:
        await self._database.execute(
            """
            UPDATE accounts.sso_transactions
               SET assertion_box = %(box)s, expires_at = %(until)s
             WHERE id = %(id)s
            """,
            {"id": transaction_id, "box": assertion_box, "until": until},
        )

    @override
    async def redeem(self, transaction_id: TransactionId, now: datetime) -> Transaction | None:
        return await self._database.fetch_one(
            Transaction,
            """
            UPDATE accounts.sso_transactions
               SET exchanged_at = %(now)s
             WHERE id = %(id)s AND assertion_box IS NOT NULL
               AND exchanged_at IS NULL AND expires_at > %(now)s
            RETURNING id, connection_id, browser_hash, secrets_box, return_to, code_challenge,
                      assertion_box, created_at, expires_at
            """,
            {"id": transaction_id, "now": now},
        )
