"""Outgoing webhooks, in dictionaries."""

from datetime import datetime
from typing import Unpack, override

from adapters.memory.store import Store
from core.listing import Found, Window, applied
from core.models import OrganizationId
from core.webhooks import ports
from core.webhooks.exceptions import TooManyEndpoints
from core.webhooks.models import Delivery, DeliveryId, Endpoint, EndpointId


class WebhookEndpoints(ports.Endpoints):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Endpoint)
        self._deliveries = store.table(Delivery)

    @override
    async def add(self, endpoint: Endpoint, *, most: int) -> None:
        async with self._store.writing():
            if len(self._of(endpoint.organization_id)) >= most:
                raise TooManyEndpoints
            self._rows[endpoint.id] = endpoint

    @override
    async def get(
        self, organization_id: OrganizationId, endpoint_id: EndpointId
    ) -> Endpoint | None:
        found = self._rows.get(endpoint_id)
        return found if found and found.organization_id == organization_id else None

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Endpoint]:
        return applied(self._of(organization_id), **window)

    @override
    async def put(self, endpoint: Endpoint) -> None:
        async with self._store.writing():
            if endpoint.id in self._rows:
                self._rows[endpoint.id] = endpoint

    @override
    async def judge(self, endpoint: Endpoint) -> None:
        async with self._store.writing():
            known = self._rows.get(endpoint.id)
            if known is not None:
                judged = {"enabled", "disabled_because", "failing_since"}
                self._rows[endpoint.id] = known.evolve(**endpoint.model_dump(include=judged))

    @override
    async def remove(self, organization_id: OrganizationId, endpoint_id: EndpointId) -> bool:
        async with self._store.writing():
            if await self.get(organization_id, endpoint_id) is None:
                return False
            del self._rows[endpoint_id]
            for row in list(self._deliveries.values()):
                if row.endpoint_id == endpoint_id:
                    del self._deliveries[row.id]
            return True

    @override
    async def listening(self, organization_id: OrganizationId, topic: str) -> list[Endpoint]:
        rows = [row for row in self._of(organization_id) if row.enabled]
        wanted = [row for row in rows if not row.topics or topic in row.topics]
        return sorted(wanted, key=lambda row: row.id)

    def _of(self, organization_id: OrganizationId) -> list[Endpoint]:
        return [row for row in self._rows.values() if row.organization_id == organization_id]


class Deliveries(ports.Deliveries):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Delivery)

    @override
    async def add(self, delivery: Delivery) -> bool:
        async with self._store.writing():
            told = {(row.endpoint_id, row.message_id) for row in self._rows.values()}
            if (delivery.endpoint_id, delivery.message_id) in told:
                return False
            self._rows[delivery.id] = delivery
            return True

    @override
    async def get(
        self, organization_id: OrganizationId, delivery_id: DeliveryId
    ) -> Delivery | None:
        found = self._rows.get(delivery_id)
        return found if found and found.organization_id == organization_id else None

    @override
    async def page(
        self, organization_id: OrganizationId, endpoint_id: EndpointId, **window: Unpack[Window]
    ) -> Found[Delivery]:
        rows = [
            row
            for row in self._rows.values()
            if (row.organization_id, row.endpoint_id) == (organization_id, endpoint_id)
        ]
        return applied(rows, **window)

    @override
    async def first(self, endpoint: Endpoint) -> Delivery | None:
        return first(self._store, endpoint.id)

    @override
    async def settle(self, delivery: Delivery) -> None:
        async with self._store.writing():
            if delivery.id in self._rows:
                self._rows[delivery.id] = delivery

    @override
    async def purge(self, before: datetime) -> int:
        async with self._store.writing():
            old = [row.id for row in self._rows.values() if row.created_at < before]
            for one in old:
                del self._rows[one]
            return len(old)


class Leases(ports.Leases):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._until: dict[EndpointId, datetime] = {}
        self._endpoints = store.table(Endpoint)

    @override
    async def take(
        self, endpoint_id: EndpointId, now: datetime, until: datetime
    ) -> Endpoint | None:
        found = self._endpoints.get(endpoint_id)
        if found is None or not found.enabled or self._until.get(endpoint_id, now) > now:
            return None
        self._until[endpoint_id] = until
        return found

    @override
    async def release(self, endpoint_id: EndpointId) -> None:
        self._until.pop(endpoint_id, None)

    @override
    async def due(self, now: datetime, *, limit: int) -> list[EndpointId]:
        found = []
        for endpoint in self._endpoints.values():
            head = first(self._store, endpoint.id)
            free = self._until.get(endpoint.id, now) <= now
            if endpoint.enabled and free and head is not None and head.due_at <= now:
                found.append(endpoint.id)
        return found[:limit]


def first(store: Store, endpoint_id: EndpointId) -> Delivery | None:
    rows = store.table(Delivery).values()
    waiting = [row for row in rows if row.endpoint_id == endpoint_id and row.status == "pending"]
    return min(waiting, key=lambda row: row.id, default=None)
