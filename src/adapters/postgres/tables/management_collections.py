from typing import Final

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment

SCHEMA: Final = "management"

collections = Table(
    "collections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", ForeignKey("accounts.organizations.id", ondelete="CASCADE")),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("fields", JSONB, nullable=False),
    Column("permissions", JSONB, nullable=False),
    Column("own", ARRAY(Text), nullable=False),
    Column("options", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("numbers", JSONB, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("building", ARRAY(Text), nullable=False),
    Column("removed", ARRAY(Text), nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    CheckConstraint("state IN ('ready', 'migrating')", name="state"),
    Index(
        "uq_collections_key",
        "organization_id",
        "key",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sql("deleted_at IS NULL"),
    ),
    Index("ix_collections_organization", "organization_id", "id"),
    Index(
        "ix_collections_deleted_at", "deleted_at", postgresql_where=sql("deleted_at IS NOT NULL")
    ),
    schema=SCHEMA,
)
