from datetime import datetime
from typing import override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core.accounts import exceptions, ports
from core.accounts.models import SigningKey


class SigningKeys(ports.SigningKeys):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def all(self) -> list[SigningKey]:
        return await self._database.fetch_all(
            SigningKey,
            """
            SELECT kid, state, private_box, public_jwk, created_at, promoted_at, retired_at
              FROM accounts.signing_keys
             ORDER BY created_at DESC, kid
            """,
            {},
        )

    @override
    async def add(self, key: SigningKey) -> bool:
        added = await self._database.execute(
            """
            INSERT INTO accounts.signing_keys
                   (kid, state, private_box, public_jwk, created_at, promoted_at)
            VALUES (%(kid)s, %(state)s, %(private_box)s, %(public_jwk)s, %(created_at)s,
                    %(promoted_at)s)
            ON CONFLICT (state) WHERE state IN ('next', 'current') DO NOTHING
            """,
            key.model_dump() | {"public_jwk": Jsonb(key.public_jwk)},
        )
        return added == 1

    @override
    async def promote(self, now: datetime, *, forget_retired_before: datetime) -> None:
        await self._database.execute(
            """
            DELETE FROM accounts.signing_keys
             WHERE state = 'previous' AND retired_at < %(before)s
            """,
            {"before": forget_retired_before},
        )
        await self._database.execute(
            """
            UPDATE accounts.signing_keys
               SET state = 'previous', retired_at = %(now)s WHERE state = 'current'
            """,
            {"now": now},
        )
        await self._database.execute(
            """
            UPDATE accounts.signing_keys
               SET state = 'current', promoted_at = %(now)s WHERE state = 'next'
            """,
            {"now": now},
            rules={"uq_signing_keys_state": exceptions.RotationTooEarly},
        )
