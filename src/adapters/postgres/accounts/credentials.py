from datetime import datetime
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.accounts import ports
from core.models import UserId


class Credentials(ports.Credentials):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def forget(self, user_id: UserId, at: datetime) -> None:
        await self._database.execute(
            """
            WITH factor AS (
                DELETE FROM accounts.totp_factors WHERE user_id = %(user_id)s
            ), codes AS (
                DELETE FROM accounts.recovery_codes WHERE user_id = %(user_id)s
            ), passkeys AS (
                DELETE FROM accounts.passkeys WHERE user_id = %(user_id)s
            ), identities AS (
                DELETE FROM accounts.identities WHERE user_id = %(user_id)s
            ), tokens AS (
                UPDATE accounts.one_time_tokens SET consumed_at = %(at)s
                 WHERE user_id = %(user_id)s AND consumed_at IS NULL
            ), keys AS (
                UPDATE accounts.api_keys SET revoked_at = %(at)s
                 WHERE user_id = %(user_id)s AND revoked_at IS NULL
            )
            UPDATE accounts.users
               SET password_hash = NULL, password_changed_at = %(at)s, mfa_enabled = false,
                   version = version + 1
             WHERE id = %(user_id)s
            """,
            {"user_id": user_id, "at": at},
            scope=PLATFORM,
        )
