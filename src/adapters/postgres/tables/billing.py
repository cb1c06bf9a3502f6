from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment, tenant

SCHEMA: Final = "billing"

accounts = Table(
    "accounts",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("customer_id", Text, unique=True),
    Column("email", Text),
    Column("name", Text),
    Column("currency", Text),
    Column("delinquent", Boolean, nullable=False),
    Column("payment_method", JSONB),
    moment("trial_used_at", nullable=True),
    moment("usage_until", nullable=True),
    moment("synced_at", nullable=True),
    schema=SCHEMA,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Text, primary_key=True),
    tenant(),
    Column("state", JSONB, nullable=False),
    moment("past_due_since", nullable=True),
    moment("fetched_at"),
    Index("ix_subscriptions_organization_id", "organization_id"),
    schema=SCHEMA,
)

overrides = Table(
    "overrides",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("feature_key", Text, primary_key=True),
    Column("feature", JSONB),
    moment("expires_at", nullable=True),
    schema=SCHEMA,
)

invoices = Table(
    "invoices",
    metadata,
    Column("id", Text(collation="C"), primary_key=True),
    tenant(),
    Column("state", JSONB, nullable=False),
    moment("created_at"),
    moment("fetched_at"),
    Index("ix_invoices_newest", "organization_id", "created_at", "id"),
    schema=SCHEMA,
)

catalogues = Table(
    "catalogues",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("catalogue", JSONB, nullable=False),
    Column("price_ids", JSONB, nullable=False),
    moment("applied_at"),
    schema=SCHEMA,
)

checkouts = Table(
    "checkouts",
    metadata,
    Column("id", Text, primary_key=True),
    tenant(),
    Column("state", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    moment("expires_at"),
    Index(
        "ix_checkouts_open",
        "organization_id",
        "expires_at",
        postgresql_where=text("status = 'open'"),
    ),
    schema=SCHEMA,
)

movements = Table(
    "movements",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    tenant(),
    Column("kind", Text, nullable=False),
    Column("delta", BigInteger, nullable=False),
    Column("mrr", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    moment("at"),
    CheckConstraint(
        "kind IN ('new', 'expansion', 'contraction', 'churn', 'reactivation')", name="kind"
    ),
    CheckConstraint("delta <> 0", name="delta"),
    Index("ix_movements_organization_id", "organization_id"),
    schema=SCHEMA,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Text(collation="C"), primary_key=True),
    Column("lock_key", Text, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("due_at"),
    Column("error", Text),
    moment("received_at"),
    moment("processed_at", nullable=True),
    CheckConstraint("status IN ('pending', 'processed', 'ignored', 'dead')", name="status"),
    Index("ix_inbox_due", "due_at", postgresql_where=text("status = 'pending'")),
    Index("ix_inbox_pending", "lock_key", postgresql_where=text("status = 'pending'")),
    Index("ix_inbox_newest", "received_at", "id"),
    schema=SCHEMA,
)

commands = Table(
    "commands",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("kind", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("client_key", LargeBinary),
    Column("status", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("result", JSONB),
    Column("error", Text),
    moment("created_at"),
    moment("updated_at"),
    CheckConstraint("status IN ('pending', 'done', 'failed')", name="status"),
    Index(
        "uq_commands_client_key",
        "organization_id",
        "kind",
        "client_key",
        unique=True,
        postgresql_where=text("client_key IS NOT NULL"),
    ),
    Index("ix_commands_pending", "updated_at", postgresql_where=text("status = 'pending'")),
    schema=SCHEMA,
)
