"""Feature flags, in dictionaries."""

from collections.abc import Sequence
from typing import Unpack, override

from adapters.memory.store import Store
from core.listing import Found, Window, applied
from core.management.flags import ports
from core.management.flags.exceptions import FlagKeyTaken, TooManyFlags
from core.management.flags.models import Flag, FlagId
from core.models import OrganizationId


class Flags(ports.Flags):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Flag)

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        """Transactions in memory come one after another anyhow."""

    @override
    async def add(self, flag: Flag, *, most: int) -> None:
        async with self._store.writing():
            there = self._of(flag.organization_id)
            if len(there) >= most:
                raise TooManyFlags
            if any(row.key == flag.key for row in there):
                raise FlagKeyTaken
            self._rows[flag.id] = flag

    @override
    async def get(self, organization_id: OrganizationId, key: str) -> Flag | None:
        return next((row for row in self._of(organization_id) if row.key == key), None)

    @override
    async def page(
        self, organization_id: OrganizationId, *, prefix: str = "", **window: Unpack[Window]
    ) -> Found[Flag]:
        rows = (row for row in self._of(organization_id) if row.key.startswith(prefix))
        return applied(rows, **window)

    @override
    async def every(self, organization_id: OrganizationId) -> Sequence[Flag]:
        return sorted(self._of(organization_id), key=lambda row: row.key)

    @override
    async def put(self, flag: Flag) -> None:
        async with self._store.writing():
            found = self._rows.get(flag.id)
            if found is not None and found.organization_id == flag.organization_id:
                self._rows[flag.id] = flag

    @override
    async def remove(self, organization_id: OrganizationId, flag_id: FlagId) -> bool:
        async with self._store.writing():
            found = self._rows.get(flag_id)
            if found is None or found.organization_id != organization_id:
                return False
            del self._rows[flag_id]
            return True

    def _of(self, organization_id: OrganizationId) -> list[Flag]:
        return [row for row in self._rows.values() if row.organization_id == organization_id]
