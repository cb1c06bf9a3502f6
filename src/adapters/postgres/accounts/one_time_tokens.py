from datetime import datetime
from typing import override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.accounts import exceptions, ports
from core.accounts.models import OneTimeToken, TokenId, TokenPurpose
from core.models import UserId


class OneTimeTokens(ports.OneTimeTokens):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, token: OneTimeToken) -> None:
        await self._database.execute(
            """
            INSERT INTO accounts.one_time_tokens
                   (id, user_id, purpose, payload, attempts, single, created_at, expires_at)
            VALUES (%(id)s, %(user_id)s, %(purpose)s, %(payload)s, %(attempts)s, %(single)s,
                    %(created_at)s, %(expires_at)s)
            ON CONFLICT (user_id, purpose) WHERE single AND consumed_at IS NULL DO UPDATE
               SET id = excluded.id, payload = excluded.payload, attempts = excluded.attempts,
                   created_at = excluded.created_at, expires_at = excluded.expires_at
            """,
            token.model_dump()
            | {"payload": Jsonb(token.payload), "single": token.purpose in OneTimeToken.SINGLE},
        )

    @override
    async def attempt(
        self, token_id: TokenId, purpose: TokenPurpose, now: datetime, *, most: int
    ) -> OneTimeToken:
        token = await self._database.fetch_one(
            OneTimeToken,
            """
            UPDATE accounts.one_time_tokens
               SET attempts = attempts + 1
             WHERE id = %(id)s AND purpose = %(purpose)s AND attempts < %(most)s
               AND consumed_at IS NULL AND expires_at > %(now)s
            RETURNING id, user_id, purpose, payload, attempts, created_at, expires_at
            """,
            {"id": token_id, "purpose": purpose, "now": now, "most": most},
        )
        if token is None:
            raise exceptions.TokenInvalidOrExpired
        return token

    @override
    async def consume(
        self, token_id: TokenId, purpose: TokenPurpose, now: datetime
    ) -> OneTimeToken:
        token = await self._database.fetch_one(
            OneTimeToken,
            """
            UPDATE accounts.one_time_tokens
               SET consumed_at = %(now)s
             WHERE id = %(id)s AND purpose = %(purpose)s
               AND consumed_at IS NULL AND expires_at > %(now)s
            RETURNING id, user_id, purpose, payload, attempts, created_at, expires_at
            """,
            {"id": token_id, "purpose": purpose, "now": now},
        )
        if token is None:
            raise exceptions.TokenInvalidOrExpired
        return token

    @override
    async def cancel(self, user_id: UserId, purpose: TokenPurpose, now: datetime) -> None:
        await self._database.execute(
            """
            UPDATE accounts.one_time_tokens
               SET consumed_at = %(now)s
             WHERE user_id = %(user_id)s AND purpose = %(purpose)s AND consumed_at IS NULL
            """,
            {"user_id": user_id, "purpose": purpose, "now": now},
        )

    @override
    async def purge(self, expired_before: datetime, *, limit: int) -> int:
        return await self._database.execute(
            """
            DELETE FROM accounts.one_time_tokens WHERE id IN (
                SELECT id FROM accounts.one_time_tokens
                 WHERE expires_at < %(before)s
                 LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            )
            """,
            {"before": expired_before, "limit": limit},
        )
