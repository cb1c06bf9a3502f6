from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from adapters.postgres.tables.metadata import metadata, moment, tenant

SCHEMA: Final = "management"

flags = Table(
    "flags",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("key", Text, nullable=False),
    Column("title", Text),
    Column("type", Text, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("default", Text, nullable=False),
    Column("version", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    CheckConstraint("type IN ('bool', 'string', 'number', 'object')", name="type"),
    UniqueConstraint("organization_id", "key", name="uq_flags_key"),
    schema=SCHEMA,
)
