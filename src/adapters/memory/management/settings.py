from typing import Any, override

from adapters.memory.store import Store
from core.management.settings import ports
from core.management.settings.models import Owner, Setting
from core.management.switches import ports as switches
from core.management.switches.models import Switch
from core.models import OrganizationId, UserId


class KeptSettings(ports.KeptSettings):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Setting)

    @override
    async def lock(self, owner: Owner) -> None:
        """Transactions in memory come one after another anyhow."""

    @override
    async def layers(
        self, organization_id: OrganizationId | None = None, user_id: UserId | None = None
    ) -> list[Setting]:
        return [
            row
            for row in self._rows.values()
            if row.scope == "system"
            or (row.organization_id is not None and row.organization_id == organization_id)
            or (row.user_id is not None and row.user_id == user_id)
        ]

    @override
    async def put(self, setting: Setting) -> None:
        async with self._store.writing():
            self._rows[setting.organization_id, setting.user_id, setting.key] = setting


class SettingsData:
    """What somebody set for themselves; of a secret, that it is set."""

    name = "settings"

    def __init__(self, store: Store) -> None:
        self._rows = store.table(Setting)

    async def of(self, user_id: UserId) -> dict[str, Any]:
        own = [row for row in self._rows.values() if row.user_id == user_id and row.given]
        told = {"key", "value", "updated_at"}
        ordered = sorted(own, key=lambda row: row.key)
        return {"settings": [row.model_dump(include=told) for row in ordered]}


class Switches(switches.Switches):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Switch)

    @override
    async def all(self) -> list[Switch]:
        return [self._rows[name] for name in sorted(self._rows)]

    @override
    async def put(self, switch: Switch) -> None:
        async with self._store.writing():
            self._rows[switch.name] = switch
