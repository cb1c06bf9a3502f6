from datetime import datetime
from typing import Unpack, override

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.accounts import exceptions, ports
from core.accounts.models import User
from core.exceptions import VersionMismatch
from core.listing import Found, Window
from core.models import UserId


class Users(ports.Users):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, user: User) -> None:
        added = await self._database.execute(
            """
            INSERT INTO accounts.users (
                id, email, email_verified_at, display_name, locale, status, password_hash,
                password_changed_at, mfa_enabled, platform_role, deletes_at, created_at,
                updated_at, version
            ) VALUES (
                %(id)s, %(email)s, %(email_verified_at)s, %(display_name)s, %(locale)s, %(status)s,
                %(password_hash)s, %(password_changed_at)s, %(mfa_enabled)s, %(platform_role)s,
                %(deletes_at)s, %(created_at)s, %(updated_at)s, %(version)s
            )
            ON CONFLICT (email) DO NOTHING
            """,
            user.model_dump(),
        )
        if not added:
            raise exceptions.EmailTaken

    @override
    async def get(self, user_id: UserId) -> User | None:
        return await self._database.fetch_one(
            User,
            """
            SELECT id, email, email_verified_at, display_name, locale, status, password_hash,
                   password_changed_at, mfa_enabled, platform_role, deletes_at, created_at,
                   updated_at, version
              FROM accounts.users
             WHERE id = %(id)s
            """,
            {"id": user_id},
        )

    @override
    async def by_email(self, email: str) -> User | None:
        return await self._database.fetch_one(
            User,
            """
            SELECT id, email, email_verified_at, display_name, locale, status, password_hash,
                   password_changed_at, mfa_enabled, platform_role, deletes_at, created_at,
                   updated_at, version
              FROM accounts.users
             WHERE email = lower(%(email)s)
            """,
            {"email": email},
        )

    @override
    async def page(self, *, email: str | None = None, **window: Unpack[Window]) -> Found[User]:
        return await listed(
            self._database,
            User,
            """
            SELECT id, email, email_verified_at, display_name, locale, status, password_hash,
                   password_changed_at, mfa_enabled, platform_role, deletes_at, created_at,
                   updated_at, version, email_verified_at IS NOT NULL AS email_verified
              FROM accounts.users
             WHERE %(email)s::text IS NULL OR starts_with(email, lower(%(email)s))
            """,
            {"email": email},
            **window,
        )

    @override
    async def update(self, user: User) -> User:
        updated = await self._database.execute(
            """
            UPDATE accounts.users
               SET email = %(email)s, email_verified_at = %(email_verified_at)s,
                   display_name = %(display_name)s, locale = %(locale)s, status = %(status)s,
                   mfa_enabled = %(mfa_enabled)s, platform_role = %(platform_role)s,
                   deletes_at = %(deletes_at)s, updated_at = %(updated_at)s, version = version + 1
             WHERE id = %(id)s AND version = %(version)s
            """,
            user.model_dump(),
            rules={"uq_users_email": exceptions.EmailTaken},
        )
        if not updated:
            raise VersionMismatch
        return user.model_copy(update={"version": user.version + 1})

    @override
    async def set_password(
        self,
        user_id: UserId,
        password_hash: str | None,
        *,
        at: datetime,
        instead_of: str | None = None,
    ) -> bool:
        written = await self._database.execute(
            """
            UPDATE accounts.users
               SET password_hash = %(hash)s, password_changed_at = %(at)s, version = version + 1
             WHERE id = %(id)s AND (%(old)s::text IS NULL OR password_hash = %(old)s)
            """,
            {"id": user_id, "hash": password_hash, "at": at, "old": instead_of},
        )
        return written == 1

    @override
    async def mark_verified(self, user_id: UserId, at: datetime) -> bool:
        written = await self._database.execute(
            """
            UPDATE accounts.users
               SET email_verified_at = %(at)s, version = version + 1
             WHERE id = %(id)s AND email_verified_at IS NULL
            """,
            {"id": user_id, "at": at},
        )
        return written == 1
