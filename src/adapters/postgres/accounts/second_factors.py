from datetime import datetime
from typing import override

from adapters.postgres.database import Database
from core.accounts.mfa import exceptions, ports
from core.accounts.mfa.models import RecoveryCode, RecoveryCodeId, TotpFactor
from core.models import UserId


class TotpFactors(ports.TotpFactors):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, factor: TotpFactor) -> None:
        added = await self._database.execute(
            """
            INSERT INTO accounts.totp_factors AS f
                   (user_id, secret_box, last_used_step, created_at, confirmed_at)
            VALUES (%(user_id)s, %(secret_box)s, %(last_used_step)s, %(created_at)s,
                    %(confirmed_at)s)
            ON CONFLICT (user_id) DO UPDATE
               SET secret_box = excluded.secret_box, last_used_step = excluded.last_used_step,
                   created_at = excluded.created_at, confirmed_at = excluded.confirmed_at
             WHERE f.confirmed_at IS NULL
            """,
            factor.model_dump(),
        )
        if not added:
            raise exceptions.TotpAlreadyEnabled

    @override
    async def get(self, user_id: UserId) -> TotpFactor | None:
        return await self._database.fetch_one(
            TotpFactor,
            """
            SELECT user_id, secret_box, last_used_step, created_at, confirmed_at
              FROM accounts.totp_factors
             WHERE user_id = %(user_id)s
            """,
            {"user_id": user_id},
        )

    @override
    async def confirm(self, factor: TotpFactor, step: int, at: datetime) -> bool:
        written = await self._database.execute(
            """
            UPDATE accounts.totp_factors
               SET confirmed_at = %(at)s, last_used_step = %(step)s
             WHERE user_id = %(user_id)s AND secret_box = %(secret_box)s
               AND confirmed_at IS NULL
            """,
            {
                "user_id": factor.user_id,
                "secret_box": factor.secret_box,
                "step": step,
                "at": at,
            },
        )
        return written == 1

    @override
    async def use(self, user_id: UserId, step: int) -> bool:
        written = await self._database.execute(
            """
            UPDATE accounts.totp_factors
               SET last_used_step = %(step)s
             WHERE user_id = %(user_id)s AND confirmed_at IS NOT NULL
               AND (last_used_step IS NULL OR last_used_step < %(step)s)
            """,
            {"user_id": user_id, "step": step},
        )
        return written == 1

    @override
    async def remove(self, user_id: UserId) -> None:
        await self._database.execute(
            "DELETE FROM accounts.totp_factors WHERE user_id = %(user_id)s", {"user_id": user_id}
        )


class RecoveryCodes(ports.RecoveryCodes):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def replace(self, user_id: UserId, codes: list[RecoveryCode]) -> None:
        await self._database.execute(
            """
            WITH gone AS (
                DELETE FROM accounts.recovery_codes WHERE user_id = %(user_id)s
            )
            INSERT INTO accounts.recovery_codes (id, user_id, code_hash, created_at, used_at)
            SELECT id, %(user_id)s, code_hash, created_at, used_at
              FROM unnest(%(ids)s::uuid[], %(hashes)s::text[], %(made)s::timestamptz[],
                          %(used)s::timestamptz[]) AS new (id, code_hash, created_at, used_at)
            """,
            {
                "user_id": user_id,
                "ids": [code.id for code in codes],
                "hashes": [code.code_hash for code in codes],
                "made": [code.created_at for code in codes],
                "used": [code.used_at for code in codes],
            },
        )

    @override
    async def unused(self, user_id: UserId) -> list[RecoveryCode]:
        return await self._database.fetch_all(
            RecoveryCode,
            """
            SELECT id, user_id, code_hash, created_at, used_at
              FROM accounts.recovery_codes
             WHERE user_id = %(user_id)s AND used_at IS NULL
             ORDER BY id
            """,
            {"user_id": user_id},
        )

    @override
    async def use(self, code_id: RecoveryCodeId, at: datetime) -> bool:
        written = await self._database.execute(
            """
            UPDATE accounts.recovery_codes
               SET used_at = %(at)s
             WHERE id = %(id)s AND used_at IS NULL
            """,
            {"id": code_id, "at": at},
        )
        return written == 1
