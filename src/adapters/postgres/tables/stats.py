from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment, tenant

SCHEMA: Final = "stats"

usage = Table(
    "usage",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("id", Uuid, primary_key=True),
    Column("meter", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    moment("at"),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_usage_meter", "organization_id", "meter", "at", postgresql_include=["amount"]),
    schema=SCHEMA,
)

events = Table(
    "events",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("time", DateTime(timezone=True), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("subject", Text),
    Column("session", Text),
    Column("source", Text),
    Column("props", JSONB, nullable=False),
    moment("received_at"),
    Index("ix_events_name", "organization_id", "name", "time"),
    schema=SCHEMA,
    postgresql_partition_by="RANGE (time)",
)

meters = Table(
    "meters",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("slug", Text, nullable=False),
    Column("event_name", Text, nullable=False),
    Column("aggregation", Text, nullable=False),
    Column("property", Text),
    Column("dimensions", ARRAY(Text), nullable=False),
    Column("version", Integer, nullable=False),
    moment("created_at"),
    CheckConstraint("aggregation IN ('count', 'sum', 'min', 'max')", name="aggregation"),
    UniqueConstraint("organization_id", "slug", name="uq_meters_slug"),
    schema=SCHEMA,
)

rollups = Table(
    "rollups",
    metadata,
    tenant(),
    Column("meter_id", ForeignKey("stats.meters.id", ondelete="CASCADE"), primary_key=True),
    Column("bucket", DateTime(timezone=True), primary_key=True),
    Column("dims", JSONB, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("sum", Numeric, nullable=False),
    Column("min", Numeric),
    Column("max", Numeric),
    schema=SCHEMA,
)
