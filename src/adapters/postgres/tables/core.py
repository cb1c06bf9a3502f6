from sqlalchemy import Column, Index, Integer, LargeBinary, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    moment("occurred_at"),
    Column("action", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Uuid),
    Column("impersonator_id", Uuid),
    Column("organization_id", Uuid),
    Column("target_type", Text),
    Column("target_id", Uuid),
    Column("session_id", Uuid),
    Column("ip", Text),
    Column("user_agent", Text),
    Column("request_id", Text),
    Column("outcome", Text, nullable=False),
    Column("metadata", JSONB, nullable=False),
    Index("ix_audit_events_organization_id_id", "organization_id", "id"),
    Index("ix_audit_events_actor_id_id", "actor_id", "id"),
    Index("ix_audit_events_target_id_id", "target_id", "id"),
    schema="core",
)

compatible_revisions = Table(
    "compatible_revisions",
    metadata,
    Column("revision", Text, primary_key=True),
    schema="core",
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger),
    Column("headers", JSONB),
    Column("body_box", LargeBinary),
    moment("created_at"),
    Index("ix_idempotency_keys_created_at", "created_at"),
    schema="core",
)

throttles = Table(
    "throttles",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("hits", Integer, nullable=False),
    moment("ends_at"),
    Index("ix_throttles_ends_at", "ends_at"),
    schema="core",
    prefixes=["UNLOGGED"],
)
