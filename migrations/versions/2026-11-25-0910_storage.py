"""storage"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "dec8dd966628"
down_revision = "5c1d0e7a94b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buckets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("max_object_bytes", sa.BigInteger(), nullable=True),
        sa.Column("allowed_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("scan_policy", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "scan_policy IN ('off', 'async', 'required')", name=op.f("ck_buckets_scan_policy")
        ),
        sa.CheckConstraint(
            "visibility IN ('private', 'public')", name=op.f("ck_buckets_visibility")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_buckets_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buckets")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_buckets_organization_id_id")),
        schema="storage",
    )
    op.create_index(
        "uq_buckets_name",
        "buckets",
        ["organization_id", "name"],
        unique=True,
        schema="storage",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "usage",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("limit_bytes", sa.BigInteger(), nullable=True),
        sa.Column("used_bytes", sa.BigInteger(), nullable=False),
        sa.Column("reserved_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("limit_bytes >= 0", name=op.f("ck_usage_limit")),
        sa.CheckConstraint("object_count >= 0", name=op.f("ck_usage_count")),
        sa.CheckConstraint("reserved_bytes >= 0", name=op.f("ck_usage_reserved")),
        sa.CheckConstraint("used_bytes >= 0", name=op.f("ck_usage_used")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_usage_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_usage")),
        schema="storage",
    )
    op.create_table(
        "objects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("bucket_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("detected_type", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("upload_method", sa.Text(), nullable=False),
        sa.Column("upload_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_upload_id", sa.Text(), nullable=True),
        sa.Column("part_size", sa.BigInteger(), nullable=True),
        sa.Column("part_count", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.LargeBinary(), nullable=True),
        sa.Column("request_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purge_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purge_attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'verifying', 'scanning', 'available', 'quarantined', 'rejected',"
            " 'expired', 'aborted', 'deleted', 'purged')",
            name=op.f("ck_objects_status"),
        ),
        sa.CheckConstraint(
            "octet_length(metadata::text) <= 65536", name=op.f("ck_objects_metadata")
        ),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_objects_sha256")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_objects_size")),
        sa.ForeignKeyConstraint(
            ["organization_id", "bucket_id"],
            ["storage.buckets.organization_id", "storage.buckets.id"],
            name=op.f("fk_objects_organization_id_bucket_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_objects_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.users.id"],
            name=op.f("fk_objects_owner_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objects")),
        sa.UniqueConstraint("key", name=op.f("uq_objects_key")),
        schema="storage",
    )
    op.create_index(
        "ix_objects_bucket",
        "objects",
        ["organization_id", "bucket_id", "id"],
        unique=False,
        schema="storage",
    )
    op.create_index(
        "ix_objects_doomed",
        "objects",
        ["purge_after"],
        unique=False,
        schema="storage",
        postgresql_where=sa.text("status IN ('rejected', 'expired', 'aborted', 'deleted')"),
    )
    op.create_index(
        "ix_objects_organization_id_id",
        "objects",
        ["organization_id", "id"],
        unique=False,
        schema="storage",
    )
    op.create_index("ix_objects_owner_id", "objects", ["owner_id"], unique=False, schema="storage")
    op.create_index(
        "ix_objects_pending",
        "objects",
        ["upload_expires_at"],
        unique=False,
        schema="storage",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_objects_unsettled",
        "objects",
        ["updated_at"],
        unique=False,
        schema="storage",
        postgresql_where=sa.text("status IN ('verifying', 'scanning')"),
    )
    op.create_index(
        "uq_objects_request_key",
        "objects",
        ["organization_id", "request_key"],
        unique=True,
        schema="storage",
        postgresql_where=sa.text("request_key IS NOT NULL"),
    )
    op.create_table(
        "scan_events",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"],
            ["storage.objects.id"],
            name=op.f("fk_scan_events_object_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_scan_events_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "event_id", name=op.f("pk_scan_events")),
        schema="storage",
    )
    op.create_index(
        "ix_scan_events_object_id", "scan_events", ["object_id"], unique=False, schema="storage"
    )


def downgrade() -> None:
    op.drop_index("ix_scan_events_object_id", table_name="scan_events", schema="storage")
    op.drop_table("scan_events", schema="storage")
    op.drop_index(
        "uq_objects_request_key",
        table_name="objects",
        schema="storage",
        postgresql_where=sa.text("request_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_objects_unsettled",
        table_name="objects",
        schema="storage",
        postgresql_where=sa.text("status IN ('verifying', 'scanning')"),
    )
    op.drop_index(
        "ix_objects_pending",
        table_name="objects",
        schema="storage",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_objects_owner_id", table_name="objects", schema="storage")
    op.drop_index("ix_objects_organization_id_id", table_name="objects", schema="storage")
    op.drop_index(
        "ix_objects_doomed",
        table_name="objects",
        schema="storage",
        postgresql_where=sa.text("status IN ('rejected', 'expired', 'aborted', 'deleted')"),
    )
    op.drop_index("ix_objects_bucket", table_name="objects", schema="storage")
    op.drop_table("objects", schema="storage")
    op.drop_table("usage", schema="storage")
    op.drop_index(
        "uq_buckets_name",
        table_name="buckets",
        schema="storage",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("buckets", schema="storage")
