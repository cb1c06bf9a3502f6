from datetime import datetime, timedelta
from typing import Unpack, override

from adapters.memory.sessions import Standings
from adapters.memory.store import Store
from core.accounts.api_keys import ports
from core.accounts.api_keys.models import ApiKey, ApiKeyId, PresentedKey
from core.accounts.models import Organization, User
from core.listing import Found, Window, applied
from core.models import OrganizationId, UserId


class ApiKeys(ports.ApiKeys):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(ApiKey)
        self._users = store.table(User)
        self._standings = Standings(store)
        self._organizations = store.table(Organization)

    @override
    async def add(self, key: ApiKey) -> None:
        async with self._store.writing():
            self._rows[key.id] = key

    @override
    async def present(
        self, key_hash: bytes, now: datetime, *, note_every: timedelta
    ) -> PresentedKey | None:
        async with self._store.writing():
            key = next((row for row in self._rows.values() if row.key_hash == key_hash), None)
            if key is None or self._organizations[key.organization_id].deletes_at:
                return None
            recent = key.last_used_at is not None and key.last_used_at > now - note_every
            if key.revoked_at is None and not key.expired(now) and not recent:
                self._rows[key.id] = key = key.evolve(last_used_at=now)
        if key.user_id is None:
            standing = self._standings.of_role(key.organization_id, key.role or "")
            return PresentedKey(key=key, standing=standing)
        user = self._users[key.user_id]
        return PresentedKey(
            key=key,
            user_status=user.status,
            user_mfa_enabled=user.mfa_enabled,
            standing=self._standings.of_user(key.organization_id, user.id),
        )

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        *,
        user_id: UserId | None = None,
        **window: Unpack[Window],
    ) -> Found[ApiKey]:
        rows = (
            row
            for row in self._rows.values()
            if row.organization_id == organization_id
            and row.revoked_at is None
            and user_id in {None, row.user_id}
        )
        return applied(rows, **window)

    @override
    async def revoke(
        self,
        organization_id: OrganizationId,
        key_id: ApiKeyId,
        at: datetime,
        *,
        user_id: UserId | None = None,
    ) -> bool:
        async with self._store.writing():
            found = await self.page(organization_id, limit=len(self._rows), user_id=user_id)
            key = next((one for one in found if one.id == key_id), None)
            if key is not None:
                self._rows[key_id] = key.evolve(revoked_at=at)
        return key is not None
