from typing import Final

from sqlalchemy import (
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
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment

SCHEMA: Final = "management"

settings = Table(
    "settings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", ForeignKey("accounts.organizations.id", ondelete="CASCADE")),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE")),
    Column("key", Text(collation="C"), nullable=False),
    Column("value", JSONB),
    Column("box", LargeBinary),
    Column("version", Integer, nullable=False),
    moment("updated_at"),
    Column("updated_by", Uuid),
    CheckConstraint("num_nonnulls(organization_id, user_id) <= 1", name="owner"),
    CheckConstraint("num_nonnulls(value, box) <= 1", name="value"),
    UniqueConstraint(
        "organization_id",
        "user_id",
        "key",
        name="uq_settings_owner",
        postgresql_nulls_not_distinct=True,
    ),
    Index("ix_settings_user_id", "user_id"),
    schema=SCHEMA,
)

switches = Table(
    "switches",
    metadata,
    Column("name", Text(collation="C"), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("reason", Text),
    moment("changed_at"),
    Column("changed_by", Uuid),
    schema=SCHEMA,
)
