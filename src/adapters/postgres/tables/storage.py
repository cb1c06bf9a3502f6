from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
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

SCHEMA: Final = "storage"

buckets = Table(
    "buckets",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("name", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("max_object_bytes", BigInteger),
    Column("allowed_types", ARRAY(Text), nullable=False),
    Column("scan_policy", Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("organization_id", "id"),
    CheckConstraint("visibility IN ('private', 'public')", name="visibility"),
    CheckConstraint("scan_policy IN ('off', 'async', 'required')", name="scan_policy"),
    Index(
        "uq_buckets_name",
        "organization_id",
        "name",
        unique=True,
        postgresql_where=text("deleted_at IS NULL"),
    ),
    schema=SCHEMA,
)

objects = Table(
    "objects",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("bucket_id", Uuid, nullable=False),
    Column("bucket", Text, nullable=False),
    Column("owner_id", ForeignKey("accounts.users.id", ondelete="SET NULL")),
    Column("key", Text(collation="C"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("detected_type", Text),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary),
    Column("etag", Text),
    Column("status", Text, nullable=False),
    Column("failure", Text),
    Column("metadata", JSONB, nullable=False),
    Column("upload_method", Text, nullable=False),
    moment("upload_expires_at"),
    Column("store_upload_id", Text),
    Column("part_size", BigInteger),
    Column("part_count", Integer),
    Column("received", BigInteger, nullable=False, server_default="0"),
    Column("request_key", LargeBinary),
    Column("request_hash", LargeBinary),
    moment("created_at"),
    moment("updated_at"),
    moment("available_at", nullable=True),
    moment("deleted_at", nullable=True),
    moment("purge_after", nullable=True),
    Column("purge_attempts", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # A row can't be in the bucket of another organization.
    ForeignKeyConstraint(
        ["organization_id", "bucket_id"],
        ["storage.buckets.organization_id", "storage.buckets.id"],
        ondelete="CASCADE",
    ),
    UniqueConstraint("key"),
    CheckConstraint("size >= 0", name="size"),
    CheckConstraint("octet_length(sha256) = 32", name="sha256"),
    CheckConstraint("octet_length(metadata::text) <= 65536", name="metadata"),
    CheckConstraint(
        "status IN ('pending', 'verifying', 'scanning', 'available', 'quarantined', 'rejected',"
        " 'expired', 'aborted', 'deleted', 'purged')",
        name="status",
    ),
    Index(
        "uq_objects_request_key",
        "organization_id",
        "request_key",
        unique=True,
        postgresql_where=text("request_key IS NOT NULL"),
    ),
    Index("ix_objects_organization_id_id", "organization_id", "id"),
    Index("ix_objects_bucket", "organization_id", "bucket_id", "id"),
    Index("ix_objects_filename", "organization_id", text('filename COLLATE "C"'), "id"),
    Index("ix_objects_size", "organization_id", "size", "id"),
    Index("ix_objects_created_at", "organization_id", "created_at", "id"),
    Index("ix_objects_owner_id", "owner_id"),
    Index(
        "ix_objects_pending",
        "upload_expires_at",
        postgresql_where=text("status = 'pending'"),
    ),
    Index(
        "ix_objects_unsettled",
        "updated_at",
        postgresql_where=text("status IN ('verifying', 'scanning')"),
    ),
    Index(
        "ix_objects_doomed",
        "purge_after",
        postgresql_where=text("status IN ('rejected', 'expired', 'aborted', 'deleted')"),
    ),
    schema=SCHEMA,
)

usage = Table(
    "usage",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("limit_bytes", BigInteger),
    Column("used_bytes", BigInteger, nullable=False),
    Column("reserved_bytes", BigInteger, nullable=False),
    Column("object_count", BigInteger, nullable=False),
    CheckConstraint("limit_bytes >= 0", name="limit"),
    CheckConstraint("used_bytes >= 0", name="used"),
    CheckConstraint("reserved_bytes >= 0", name="reserved"),
    CheckConstraint("object_count >= 0", name="count"),
    schema=SCHEMA,
)

scan_events = Table(
    "scan_events",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("event_id", Text, primary_key=True),
    Column("object_id", ForeignKey("storage.objects.id", ondelete="CASCADE"), nullable=False),
    Column("verdict", Text, nullable=False),
    moment("received_at"),
    Index("ix_scan_events_object_id", "object_id"),
    schema=SCHEMA,
)
