"""What the audit log holds, and how it is searched."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field

from core.models import Actor, ActorKind, Line, Model, Moment, OrganizationId, SessionId, UserId

type Outcome = Literal["success", "failure"]


class AuditEvent(Model):
    """Who did what to which thing, and when: append-only."""

    id: UUID
    occurred_at: datetime
    action: str
    actor_kind: ActorKind
    actor_id: UUID | None = None
    impersonator_id: UserId | None = None
    organization_id: OrganizationId | None = None
    target_type: str | None = None
    target_id: UUID | None = None
    session_id: SessionId | None = None
    ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    outcome: Outcome = "success"
    metadata: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def of(
        cls,
        event_id: UUID,
        at: datetime,
        actor: Actor,
        action: str,
        *,
        target: tuple[str, UUID] | None,
        **rest: Any,
    ) -> Self:
        """Write down what an actor did, in their organization unless another one is named."""
        kind, target_id = target or (None, None)
        rest["organization_id"] = rest["organization_id"] or actor.organization_id
        return cls(
            id=event_id,
            occurred_at=at,
            action=action,
            actor_kind=actor.kind,
            actor_id=actor.api_key_id or actor.user_id,
            impersonator_id=actor.impersonator_id,
            target_type=kind,
            target_id=target_id,
            session_id=actor.session_id,
            ip=actor.ip,
            user_agent=actor.user_agent,
            request_id=actor.request_id,
            **rest,
        )


class AuditFilter(Model):
    """Which audit events: all conditions that are given must hold; `until` is not included."""

    action: Line | None = None
    actor_id: UUID | None = None
    target_type: Line | None = None
    target_id: UUID | None = None
    outcome: Outcome | None = None
    since: Moment | None = None
    until: Moment | None = None
