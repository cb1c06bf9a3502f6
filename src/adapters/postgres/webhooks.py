"""Outgoing webhooks, in plain SQL."""

from datetime import datetime
from typing import Unpack, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core.listing import Found, Window
from core.models import OrganizationId
from core.webhooks import ports
from core.webhooks.exceptions import TooManyEndpoints
from core.webhooks.models import Delivery, DeliveryId, Endpoint, EndpointId


class WebhookEndpoints(ports.Endpoints):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, endpoint: Endpoint, *, most: int) -> None:
        await self._database.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"webhooks/{endpoint.organization_id}"},
            scope=endpoint.organization_id,
        )
        added = await self._database.execute(
            """
            INSERT INTO webhooks.endpoints
                   (id, organization_id, url, description, topics, secrets_box, enabled, created_at)
            SELECT %(id)s, %(organization_id)s, %(url)s, %(description)s, %(topics)s,
                   %(secrets_box)s, %(enabled)s, %(created_at)s
             WHERE (SELECT count(*) FROM webhooks.endpoints
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            _row(endpoint) | {"most": most},
            scope=endpoint.organization_id,
        )
        if not added:
            raise TooManyEndpoints

    @override
    async def get(
        self, organization_id: OrganizationId, endpoint_id: EndpointId
    ) -> Endpoint | None:
        return await self._database.fetch_one(
            Endpoint,
            """
            SELECT id, organization_id, url, description, topics, secrets_box, enabled,
                   disabled_because, failing_since, created_at
              FROM webhooks.endpoints
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": endpoint_id},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Endpoint]:
        return await listed(
            self._database,
            Endpoint,
            """
            SELECT id, organization_id, url, description, topics, secrets_box, enabled,
                   disabled_because, failing_since, created_at
              FROM webhooks.endpoints
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
            **window,
        )

    @override
    async def put(self, endpoint: Endpoint) -> None:
        await self._database.execute(
            """
            UPDATE webhooks.endpoints
               SET url = %(url)s, description = %(description)s, topics = %(topics)s,
                   secrets_box = %(secrets_box)s, enabled = %(enabled)s,
                   disabled_because = %(disabled_because)s, failing_since = %(failing_since)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _row(endpoint),
            scope=endpoint.organization_id,
        )

    @override
    async def judge(self, endpoint: Endpoint) -> None:
        await self._database.execute(
            """
            UPDATE webhooks.endpoints
               SET enabled = %(enabled)s, disabled_because = %(disabled_because)s,
                   failing_since = %(failing_since)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _row(endpoint),
            scope=endpoint.organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, endpoint_id: EndpointId) -> bool:
        removed = await self._database.execute(
            """
            DELETE FROM webhooks.endpoints
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": endpoint_id},
            scope=organization_id,
        )
        return removed > 0

    @override
    async def listening(self, organization_id: OrganizationId, topic: str) -> list[Endpoint]:
        return await self._database.fetch_all(
            Endpoint,
            """
            SELECT id, organization_id, url, description, topics, secrets_box, enabled,
                   disabled_because, failing_since, created_at
              FROM webhooks.endpoints
             WHERE organization_id = %(organization_id)s AND enabled
               AND (topics = '{}' OR %(topic)s = ANY(topics))
             ORDER BY id
            """,
            {"organization_id": organization_id, "topic": topic},
            scope=organization_id,
        )


class Deliveries(ports.Deliveries):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, delivery: Delivery) -> bool:
        added = await self._database.execute(
            """
            INSERT INTO webhooks.deliveries
                   (id, organization_id, endpoint_id, message_id, topic, payload, status,
                    attempts, due_at, created_at)
            VALUES (%(id)s, %(organization_id)s, %(endpoint_id)s, %(message_id)s, %(topic)s,
                    %(payload)s, %(status)s, %(attempts)s, %(due_at)s, %(created_at)s)
            ON CONFLICT (endpoint_id, message_id) DO NOTHING
            """,
            delivery.model_dump() | {"payload": Jsonb(delivery.payload)},
            scope=delivery.organization_id,
        )
        return added > 0

    @override
    async def get(
        self, organization_id: OrganizationId, delivery_id: DeliveryId
    ) -> Delivery | None:
        return await self._database.fetch_one(
            Delivery,
            """
            SELECT id, organization_id, endpoint_id, message_id, topic, payload, status,
                   attempts, due_at, response_status, error, created_at, settled_at
              FROM webhooks.deliveries
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": delivery_id},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, endpoint_id: EndpointId, **window: Unpack[Window]
    ) -> Found[Delivery]:
        return await listed(
            self._database,
            Delivery,
            """
            SELECT id, organization_id, endpoint_id, message_id, topic, payload, status,
                   attempts, due_at, response_status, error, created_at, settled_at
              FROM webhooks.deliveries
             WHERE organization_id = %(organization_id)s AND endpoint_id = %(endpoint_id)s
            """,
            {"organization_id": organization_id, "endpoint_id": endpoint_id},
            scope=organization_id,
            **window,
        )

    @override
    async def first(self, endpoint: Endpoint) -> Delivery | None:
        return await self._database.fetch_one(
            Delivery,
            """
            SELECT id, organization_id, endpoint_id, message_id, topic, payload, status,
                   attempts, due_at, response_status, error, created_at, settled_at
              FROM webhooks.deliveries
             WHERE endpoint_id = %(endpoint_id)s AND status = 'pending'
             ORDER BY id
             LIMIT 1
            """,
            {"endpoint_id": endpoint.id},
            scope=endpoint.organization_id,
        )

    @override
    async def settle(self, delivery: Delivery) -> None:
        await self._database.execute(
            """
            UPDATE webhooks.deliveries
               SET status = %(status)s, attempts = %(attempts)s, due_at = %(due_at)s,
                   response_status = %(response_status)s, error = %(error)s,
                   settled_at = %(settled_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            delivery.model_dump(exclude={"payload"}),
            scope=delivery.organization_id,
        )

    @override
    async def purge(self, before: datetime) -> int:
        return await self._database.execute(
            "DELETE FROM webhooks.deliveries WHERE created_at < %(before)s",
            {"before": before},
            scope=PLATFORM,
        )


class Leases(ports.Leases):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def take(
        self, endpoint_id: EndpointId, now: datetime, until: datetime
    ) -> Endpoint | None:
        return await self._database.fetch_one(
            Endpoint,
            """
            UPDATE webhooks.endpoints
               SET leased_until = %(until)s
             WHERE id = %(id)s AND enabled
               AND (leased_until IS NULL OR leased_until <= %(now)s)
            RETURNING id, organization_id, url, description, topics, secrets_box, enabled,
                      disabled_because, failing_since, created_at
            """,
            {"id": endpoint_id, "now": now, "until": until},
            scope=PLATFORM,
        )

    @override
    async def release(self, endpoint_id: EndpointId) -> None:
        await self._database.execute(
            "UPDATE webhooks.endpoints SET leased_until = NULL WHERE id = %(id)s",
            {"id": endpoint_id},
            scope=PLATFORM,
        )

    @override
    async def due(self, now: datetime, *, limit: int) -> list[EndpointId]:
        rows = await self._database.fetch_rows(
            """
            SELECT e.id
              FROM webhooks.endpoints AS e
             CROSS JOIN LATERAL (
                   SELECT d.due_at FROM webhooks.deliveries AS d
                    WHERE d.endpoint_id = e.id AND d.status = 'pending'
                    ORDER BY d.id
                    LIMIT 1
                   ) AS head
             WHERE e.enabled AND head.due_at <= %(now)s
               AND (e.leased_until IS NULL OR e.leased_until <= %(now)s)
             ORDER BY e.id
             LIMIT %(limit)s
            """,
            {"now": now, "limit": limit},
            scope=PLATFORM,
        )
        return [EndpointId(row["id"]) for row in rows]


def _row(endpoint: Endpoint) -> dict[str, object]:
    return endpoint.model_dump() | {"topics": list(endpoint.topics)}
