from typing import Final

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment, tenant

SCHEMA: Final = "webhooks"

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("topics", ARRAY(Text), nullable=False),
    Column("secrets_box", LargeBinary, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("disabled_because", Text),
    moment("failing_since", nullable=True),
    moment("leased_until", nullable=True),
    moment("created_at"),
    Index("ix_endpoints_organization_id", "organization_id"),
    schema=SCHEMA,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("endpoint_id", ForeignKey("webhooks.endpoints.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("due_at"),
    Column("response_status", Integer),
    Column("error", Text),
    moment("created_at"),
    moment("settled_at", nullable=True),
    CheckConstraint("status IN ('pending', 'delivered', 'failed')", name="status"),
    UniqueConstraint("endpoint_id", "message_id", name="uq_deliveries_message"),
    Index(
        "ix_deliveries_waiting",
        "endpoint_id",
        "id",
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_deliveries_created_at", "created_at"),
    schema=SCHEMA,
)
