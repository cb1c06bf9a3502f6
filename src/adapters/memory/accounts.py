from collections.abc import Iterable
from datetime import datetime
from typing import Unpack, override
from uuid import UUID

from adapters.memory.store import Store
from core.accounts import exceptions, ports
from core.accounts.models import (
    OneTimeToken,
    TokenId,
    TokenPurpose,
    User,
)
from core.exceptions import VersionMismatch
from core.listing import Found, Window, applied
from core.models import Model, UserId


def newest[M: Model](rows: Iterable[M], key: str, *, limit: int, before: UUID | None) -> list[M]:
    """Return a keyset page: the rows with a smaller key than `before`, largest first."""
    older = [row for row in rows if before is None or getattr(row, key) < before]
    return sorted(older, key=lambda row: getattr(row, key), reverse=True)[:limit]


class Users(ports.Users):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(User)

    @override
    async def add(self, user: User) -> None:
        async with self._store.writing():
            if any(one.email == user.email for one in self._rows.values()):
                raise exceptions.EmailTaken
            self._rows[user.id] = user

    @override
    async def get(self, user_id: UserId) -> User | None:
        return self._rows.get(user_id)

    @override
    async def by_email(self, email: str) -> User | None:
        return next((user for user in self._rows.values() if user.email == email.lower()), None)

    @override
    async def page(self, *, email: str | None = None, **window: Unpack[Window]) -> Found[User]:
        prefix = (email or "").lower()
        rows = (user for user in self._rows.values() if user.email.startswith(prefix))
        return applied(rows, **window)

    @override
    async def update(self, user: User) -> User:
        async with self._store.writing():
            kept = self._rows.get(user.id)
            if kept is None or kept.version != user.version:
                raise VersionMismatch
            others = (one for one in self._rows.values() if one.id != user.id)
            if any(one.email == user.email for one in others):
                raise exceptions.EmailTaken
            changes = user.model_dump(exclude={"password_hash", "password_changed_at"})
            self._rows[user.id] = kept.model_copy(update=changes | {"version": user.version + 1})
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
        async with self._store.writing():
            user = self._rows.get(user_id)
            if user is None or instead_of not in {None, user.password_hash}:
                return False
            self._rows[user_id] = user.evolve(
                password_hash=password_hash, password_changed_at=at, version=user.version + 1
            )
        return True

    @override
    async def mark_verified(self, user_id: UserId, at: datetime) -> bool:
        async with self._store.writing():
            user = self._rows.get(user_id)
            if user is None or user.email_verified_at is not None:
                return False
            self._rows[user_id] = user.evolve(email_verified_at=at, version=user.version + 1)
        return True


class OneTimeTokens(ports.OneTimeTokens):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(OneTimeToken)

    @override
    async def add(self, token: OneTimeToken) -> None:
        async with self._store.writing():
            if token.purpose in OneTimeToken.SINGLE:
                self._forget(token.owner, token.purpose)
            self._rows[token.id] = token

    @override
    async def attempt(
        self, token_id: TokenId, purpose: TokenPurpose, now: datetime, *, most: int
    ) -> OneTimeToken:
        async with self._store.writing():
            token = self._live(token_id, purpose, now)
            if token.attempts >= most:
                raise exceptions.TokenInvalidOrExpired
            self._rows[token_id] = token = token.evolve(attempts=token.attempts + 1)
        return token

    @override
    async def consume(
        self, token_id: TokenId, purpose: TokenPurpose, now: datetime
    ) -> OneTimeToken:
        async with self._store.writing():
            token = self._live(token_id, purpose, now)
            del self._rows[token_id]
        return token

    @override
    async def cancel(self, user_id: UserId, purpose: TokenPurpose, now: datetime) -> None:
        async with self._store.writing():
            self._forget(user_id, purpose)

    @override
    async def purge(self, expired_before: datetime, *, limit: int) -> int:
        async with self._store.writing():
            old = [row.id for row in self._rows.values() if row.expires_at < expired_before][:limit]
            for token_id in old:
                del self._rows[token_id]
        return len(old)

    def _live(self, token_id: TokenId, purpose: TokenPurpose, now: datetime) -> OneTimeToken:
        token = self._rows.get(token_id)
        if token is None or token.purpose != purpose or token.expires_at <= now:
            raise exceptions.TokenInvalidOrExpired
        return token

    def _forget(self, user_id: UserId, purpose: TokenPurpose) -> None:
        live = [
            row.id
            for row in self._rows.values()
            if row.user_id == user_id and row.purpose == purpose
        ]
        for token_id in live:
            del self._rows[token_id]
