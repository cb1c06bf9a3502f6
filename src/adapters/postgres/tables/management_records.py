from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment

SCHEMA: Final = "management"
RECORD: Final = ("organization_id", "collection_id", "record_id")
RECORDS: Final = [f"{SCHEMA}.records.{name}" for name in ("organization_id", "collection_id", "id")]


def _organization() -> Column[object]:
    return Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    )


records = Table(
    "records",
    metadata,
    _organization(),
    Column(
        "collection_id",
        ForeignKey(f"{SCHEMA}.collections.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("id", Uuid, primary_key=True),
    Column("data", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("created_by", Uuid),
    Column("updated_by", Uuid),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    Index("ix_records_created_at", "organization_id", "collection_id", "created_at", "id"),
    Index("ix_records_updated_at", "organization_id", "collection_id", "updated_at", "id"),
    Index(
        "ix_records_words",
        "organization_id",
        "collection_id",
        literal_column("lower(data::text)").label("words"),
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    ),
    schema=SCHEMA,
)

record_index = Table(
    "record_index",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("collection_id", Uuid, primary_key=True),
    Column("record_id", Uuid, primary_key=True),
    Column("field_no", SmallInteger, primary_key=True),
    Column("absent", Boolean, nullable=False),
    Column("num", Double, nullable=False),
    Column("ts", DateTime(timezone=True), nullable=False),
    Column("txt", Text(collation="C"), nullable=False),
    Column("uniq", Boolean, nullable=False),
    ForeignKeyConstraint(RECORD, RECORDS, name="fk_record_index_record", ondelete="CASCADE"),
    Index(
        "ix_record_index_order",
        "organization_id",
        "collection_id",
        "field_no",
        "absent",
        "num",
        "ts",
        "txt",
        "record_id",
    ),
    Index(
        "uq_record_index_unique",
        "organization_id",
        "collection_id",
        "field_no",
        "txt",
        unique=True,
        postgresql_where=text("uniq"),
    ),
    schema=SCHEMA,
)

record_history = Table(
    "record_history",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("collection_id", Uuid, primary_key=True),
    Column("record_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("data", JSONB, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("updated_by", Uuid),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    ForeignKeyConstraint(RECORD, RECORDS, name="fk_record_history_record", ondelete="CASCADE"),
    schema=SCHEMA,
)

record_imports = Table(
    "record_imports",
    metadata,
    _organization(),
    Column("id", Uuid, primary_key=True),
    Column(
        "collection_id",
        ForeignKey(f"{SCHEMA}.collections.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("state", Text, nullable=False),
    Column("upsert_on", Text),
    Column("max_errors", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("errors", JSONB, nullable=False),
    Column("created_by", Uuid),
    moment("created_at"),
    moment("updated_at"),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    Index("ix_record_imports_created_at", "created_at"),
    schema=SCHEMA,
)

record_import_pieces = Table(
    "record_import_pieces",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("import_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rows", JSONB, nullable=False),
    ForeignKeyConstraint(
        ["organization_id", "import_id"],
        [f"{SCHEMA}.record_imports.organization_id", f"{SCHEMA}.record_imports.id"],
        name="fk_record_import_pieces_import",
        ondelete="CASCADE",
    ),
    schema=SCHEMA,
)
