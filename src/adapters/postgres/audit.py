from typing import Any, Literal, Unpack, override
from uuid import UUID

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core import ports
from core.audit import AuditEvent, AuditFilter
from core.listing import Found, Window
from core.models import Actor, OrganizationId


class AuditLog(ports.AuditLog):
    def __init__(self, database: Database, clock: ports.Clock, ids: ports.Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    @override
    async def record(
        self,
        actor: Actor,
        action: str,
        *,
        target: tuple[str, UUID] | None = None,
        organization_id: OrganizationId | None = None,
        outcome: Literal["success", "failure"] = "success",
        **metadata: Any,
    ) -> None:
        event = AuditEvent.of(
            self._ids.new(),
            self._clock.now(),
            actor,
            action,
            target=target,
            organization_id=organization_id,
            outcome=outcome,
            metadata=metadata,
        )
        await self._database.queue(
            """
            INSERT INTO core.audit_events (
                id, occurred_at, action, actor_kind, actor_id, impersonator_id, organization_id,
                target_type, target_id, session_id, ip, user_agent, request_id, outcome, metadata
            ) VALUES (
                %(id)s, %(occurred_at)s, %(action)s, %(actor_kind)s, %(actor_id)s,
                %(impersonator_id)s, %(organization_id)s, %(target_type)s, %(target_id)s,
                %(session_id)s, %(ip)s, %(user_agent)s, %(request_id)s, %(outcome)s, %(metadata)s
            )
            """,
            event.model_dump() | {"metadata": Jsonb(event.metadata)},
            scope=event.organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, matching: AuditFilter, **window: Unpack[Window]
    ) -> Found[AuditEvent]:
        return await listed(
            self._database,
            AuditEvent,
            """
            SELECT id, occurred_at, action, actor_kind, actor_id, impersonator_id,
                   organization_id, target_type, target_id, session_id, ip, user_agent,
                   request_id, outcome, metadata
              FROM core.audit_events
             WHERE organization_id = %(organization_id)s
               AND (%(action)s::text IS NULL OR action = %(action)s)
               AND (%(actor_id)s::uuid IS NULL OR actor_id = %(actor_id)s)
               AND (%(target_type)s::text IS NULL OR target_type = %(target_type)s)
               AND (%(target_id)s::uuid IS NULL OR target_id = %(target_id)s)
               AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
               AND (%(since)s::timestamptz IS NULL OR occurred_at >= %(since)s)
               AND (%(until)s::timestamptz IS NULL OR occurred_at < %(until)s)
            """,
            {
                "organization_id": organization_id,
                **matching.model_dump(include=set(AuditFilter.model_fields)),
            },
            scope=organization_id,
            **window,
        )

    @override
    async def everywhere(
        self, matching: AuditFilter, **window: Unpack[Window]
    ) -> Found[AuditEvent]:
        return await listed(
            self._database,
            AuditEvent,
            """
            SELECT id, occurred_at, action, actor_kind, actor_id, impersonator_id,
                   organization_id, target_type, target_id, session_id, ip, user_agent,
                   request_id, outcome, metadata
              FROM core.audit_events
             WHERE (%(action)s::text IS NULL OR action = %(action)s)
               AND (%(actor_id)s::uuid IS NULL OR actor_id = %(actor_id)s)
               AND (%(target_type)s::text IS NULL OR target_type = %(target_type)s)
               AND (%(target_id)s::uuid IS NULL OR target_id = %(target_id)s)
               AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
               AND (%(since)s::timestamptz IS NULL OR occurred_at >= %(since)s)
               AND (%(until)s::timestamptz IS NULL OR occurred_at < %(until)s)
            """,
            {
                **matching.model_dump(include=set(AuditFilter.model_fields)),
            },
            scope=PLATFORM,
            **window,
        )
