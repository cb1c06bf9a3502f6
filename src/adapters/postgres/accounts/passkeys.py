from datetime import datetime
from typing import Unpack, override

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.accounts.passkeys import exceptions, ports
from core.accounts.passkeys.models import Passkey, PasskeyId, Use
from core.listing import Found, Window
from core.models import UserId


class Passkeys(ports.Passkeys):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, passkey: Passkey) -> None:
        added = await self._database.execute(
            """
            INSERT INTO accounts.passkeys (
                id, user_id, credential_id, public_key, sign_count, transports, backed_up, name,
                created_at, last_used_at
            ) VALUES (
                %(id)s, %(user_id)s, %(credential_id)s, %(public_key)s, %(sign_count)s,
                %(transports)s, %(backed_up)s, %(name)s, %(created_at)s, %(last_used_at)s
            )
            ON CONFLICT (credential_id) DO NOTHING
            """,
            passkey.model_dump() | {"transports": list(passkey.transports)},
        )
        if not added:
            raise exceptions.PasskeyRefused("Somebody has this credential already.")

    @override
    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        return await self._database.fetch_one(
            Passkey,
            """
            SELECT id, user_id, credential_id, public_key, sign_count, transports, backed_up, name,
                   created_at, last_used_at
              FROM accounts.passkeys
             WHERE credential_id = %(credential_id)s
            """,
            {"credential_id": credential_id},
        )

    @override
    async def page(self, user_id: UserId, **window: Unpack[Window]) -> Found[Passkey]:
        return await listed(
            self._database,
            Passkey,
            """
            SELECT id, user_id, credential_id, public_key, sign_count, transports, backed_up, name,
                   created_at, last_used_at
              FROM accounts.passkeys
             WHERE user_id = %(user_id)s
            """,
            {"user_id": user_id},
            **window,
        )

    @override
    async def use(self, passkey_id: PasskeyId, use: Use, at: datetime) -> None:
        used = await self._database.execute(
            """
            UPDATE accounts.passkeys
               SET sign_count = %(count)s, backed_up = %(backed_up)s, last_used_at = %(at)s
             WHERE id = %(id)s
               AND (sign_count < %(count)s OR (sign_count = 0 AND %(count)s = 0))
            """,
            {"id": passkey_id, "count": use.sign_count, "backed_up": use.backed_up, "at": at},
        )
        if not used:
            raise exceptions.PasskeyRefused("It counts less than it did: it may be a copy.")

    @override
    async def rename(self, user_id: UserId, passkey_id: PasskeyId, name: str) -> Passkey:
        renamed = await self._database.fetch_one(
            Passkey,
            """
            UPDATE accounts.passkeys SET name = %(name)s
             WHERE id = %(id)s AND user_id = %(user_id)s
            RETURNING id, user_id, credential_id, public_key, sign_count, transports, backed_up,
                      name, created_at, last_used_at
            """,
            {"id": passkey_id, "user_id": user_id, "name": name},
        )
        if renamed is None:
            raise exceptions.PasskeyNotFound
        return renamed

    @override
    async def remove(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        removed = await self._database.fetch_one(
            Passkey,
            """
            DELETE FROM accounts.passkeys
             WHERE id = %(id)s AND user_id = %(user_id)s
            RETURNING id, user_id, credential_id, public_key, sign_count, transports, backed_up,
                      name, created_at, last_used_at
            """,
            {"id": passkey_id, "user_id": user_id},
        )
        if removed is None:
            raise exceptions.PasskeyNotFound
        return removed
