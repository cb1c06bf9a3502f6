from datetime import datetime
from typing import Any, override

from adapters.memory.store import Store
from core.accounts.models import Organization
from core.exceptions import NotFound
from core.models import Model, OrganizationId, UserId
from core.storage import lifecycle, ports
from core.storage.models import (
    Correction,
    ObjectId,
    StoredObject,
    Usage,
    Verdict,
)


class Usages(ports.Usages):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Usage)
        self._objects = store.table(StoredObject)
        self._organizations = store.table(Organization)

    @override
    async def get(self, organization_id: OrganizationId) -> Usage:
        return self._rows.get(organization_id) or Usage(organization_id=organization_id)

    @override
    async def limit(self, organization_id: OrganizationId, limit: int | None) -> Usage:
        if organization_id not in self._organizations:
            raise NotFound
        async with self._store.writing():
            usage = await self.get(organization_id)
            self._rows[organization_id] = usage.evolve(limit=limit)
        return self._rows[organization_id]

    @override
    async def holders(self) -> list[OrganizationId]:
        return sorted(self._rows)

    @override
    async def recount(self, organization_id: OrganizationId) -> Correction | None:
        async with self._store.writing():
            before = self._rows.get(organization_id)
            if before is None:
                return None
            own = [row for row in self._objects.values() if row.organization_id == organization_id]
            after = before.evolve(
                used=sum(row.size for row in own if row.status in lifecycle.USED),
                reserved=sum(row.size for row in own if row.status in lifecycle.RESERVED),
                objects=sum(row.status in lifecycle.USED for row in own),
            )
            self._rows[organization_id] = after
        return Correction(before=before, after=after) if after != before else None


class ScanEvent(Model):
    verdict: Verdict


class ScanEvents(ports.ScanEvents):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(ScanEvent)

    @override
    async def add(
        self,
        organization_id: OrganizationId,
        event_id: str,
        object_id: ObjectId,
        verdict: Verdict,
        at: datetime,
    ) -> bool:
        async with self._store.writing():
            if (organization_id, event_id) in self._rows:
                return False
            self._rows[organization_id, event_id] = ScanEvent(verdict=verdict)
        return True


class StorageData:
    """Which files somebody uploaded."""

    name = "storage"

    def __init__(self, store: Store) -> None:
        self._rows = store.table(StoredObject)

    async def of(self, user_id: UserId) -> dict[str, Any]:
        shown = {
            *("id", "organization_id", "bucket", "filename", "content_type", "size", "status"),
            "created_at",
        }
        own = [
            row.model_dump(include=shown)
            for row in self._rows.values()
            if row.owner_id == user_id and row.status != "purged"
        ]
        return {"objects": sorted(own, key=lambda row: row["id"], reverse=True)}
