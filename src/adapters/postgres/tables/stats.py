from typing import Final

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
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
    Column("ext_id", Text),
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
    Column("title", Text),
    Column("event_name", Text, nullable=False),
    Column("aggregation", Text, nullable=False),
    Column("property", Text),
    Column("dimensions", ARRAY(Text), nullable=False),
    Column("filter", JSONB, nullable=False, server_default="[]"),
    Column("state", Text, nullable=False, server_default="active"),
    Column("version", Integer, nullable=False),
    Column("active_from", DateTime(timezone=True)),
    Column("built_until", DateTime(timezone=True)),
    moment("created_at"),
    CheckConstraint(
        "aggregation IN ('count', 'sum', 'avg', 'min', 'max', 'last', 'unique', 'histogram')",
        name="aggregation",
    ),
    CheckConstraint("state IN ('building', 'active')", name="state"),
    UniqueConstraint("organization_id", "slug", name="uq_meters_slug"),
    schema=SCHEMA,
)


def _added_up(name: str, *more: "Column[bytes | None]") -> Table:
    return Table(
        name,
        metadata,
        tenant(),
        Column("meter_id", ForeignKey("stats.meters.id", ondelete="CASCADE"), primary_key=True),
        Column("bucket", DateTime(timezone=True), primary_key=True),
        Column("dims", JSONB, primary_key=True),
        Column("n", BigInteger, nullable=False),
        Column("sum", Numeric, nullable=False),
        Column("min", Numeric),
        Column("max", Numeric),
        Column("last_time", DateTime(timezone=True)),
        Column("last", Numeric),
        *more,
        schema=SCHEMA,
    )


rollups = _added_up("rollups", Column("sketch", LargeBinary))

hourly_rollups = _added_up("hourly_rollups")

alerts = Table(
    "alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("title", Text, nullable=False),
    Column("meter", Text, nullable=False),
    Column("aggregation", Text, nullable=False),
    Column("above", Numeric),
    Column("below", Numeric),
    Column("window", Text, nullable=False),
    Column("tz", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("value", Numeric),
    Column("changed_at", DateTime(timezone=True)),
    moment("created_at"),
    ForeignKeyConstraint(
        ["organization_id", "meter"],
        ["stats.meters.organization_id", "stats.meters.slug"],
        name="fk_alerts_meter",
        ondelete="CASCADE",
    ),
    CheckConstraint("state IN ('ok', 'firing')", name="state"),
    CheckConstraint("(above IS NULL) <> (below IS NULL)", name="bound"),
    Index("ix_alerts_meter", "organization_id", "meter"),
    schema=SCHEMA,
)

names = Table(
    "names",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("name", Text, primary_key=True),
    moment("first_seen"),
    moment("last_seen"),
    schema=SCHEMA,
)

combinations = Table(
    "combinations",
    metadata,
    tenant(),
    Column("meter_id", ForeignKey("stats.meters.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("dims", JSONB, primary_key=True),
    schema=SCHEMA,
)

reports = Table(
    "reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("title", Text, nullable=False),
    Column("query", JSONB, nullable=False),
    Column("range", JSONB, nullable=False),
    Column("chart", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("erasures", Integer, nullable=False, server_default="0"),
    moment("created_at"),
    moment("updated_at"),
    CheckConstraint("chart IN ('line', 'bar', 'number', 'table')", name="chart"),
    Index("ix_reports_organization", "organization_id", "id"),
    schema=SCHEMA,
)

answers = Table(
    "answers",
    metadata,
    Column("report_id", ForeignKey("stats.reports.id", ondelete="CASCADE"), primary_key=True),
    tenant(),
    Column("version", Integer, nullable=False),
    Column("erasures", Integer, nullable=False),
    # As it is written: jsonb would put the groups of a series into another order.
    Column("result", JSON, nullable=False),
    moment("computed_at"),
    Index("ix_answers_organization", "organization_id"),
    schema=SCHEMA,
)

dashboards = Table(
    "dashboards",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("title", Text, nullable=False),
    Column("report_ids", ARRAY(Uuid), nullable=False),
    Column("version", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    Index("ix_dashboards_organization", "organization_id", "id"),
    schema=SCHEMA,
)
