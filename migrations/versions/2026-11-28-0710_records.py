"""records"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "222bdd6cf6f2"
down_revision = "c5e1a0d94b27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_imports",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("upsert_on", sa.Text(), nullable=True),
        sa.Column("max_errors", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_record_imports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["management.collections.id"],
            name=op.f("fk_record_imports_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_record_imports_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_record_imports")),
        schema="management",
    )
    op.create_index(
        "ix_record_imports_created_at",
        "record_imports",
        ["created_at"],
        unique=False,
        schema="management",
    )
    op.create_table(
        "records",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["management.collections.id"],
            name=op.f("fk_records_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_records_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "collection_id", "id", name=op.f("pk_records")),
        schema="management",
    )
    op.create_index(
        "ix_records_created_at",
        "records",
        ["organization_id", "collection_id", "created_at", "id"],
        unique=False,
        schema="management",
    )
    op.create_index(
        "ix_records_updated_at",
        "records",
        ["organization_id", "collection_id", "updated_at", "id"],
        unique=False,
        schema="management",
    )
    # Roles.sql makes them where the database is made; both are trusted, so that its owner may.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public")
    op.create_index(
        "ix_records_words",
        "records",
        ["organization_id", "collection_id", sa.literal_column("lower(data::text)").label("words")],
        unique=False,
        schema="management",
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )
    op.create_table(
        "record_history",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "collection_id", "record_id"],
            [
                "management.records.organization_id",
                "management.records.collection_id",
                "management.records.id",
            ],
            name="fk_record_history_record",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id",
            "collection_id",
            "record_id",
            "version",
            name=op.f("pk_record_history"),
        ),
        schema="management",
    )
    op.create_table(
        "record_import_pieces",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "import_id"],
            ["management.record_imports.organization_id", "management.record_imports.id"],
            name="fk_record_import_pieces_import",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "import_id", "number", name=op.f("pk_record_import_pieces")
        ),
        schema="management",
    )
    op.create_table(
        "record_index",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field_no", sa.SmallInteger(), nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("num", sa.Double(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("txt", sa.Text(collation="C"), nullable=False),
        sa.Column("uniq", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "collection_id", "record_id"],
            [
                "management.records.organization_id",
                "management.records.collection_id",
                "management.records.id",
            ],
            name="fk_record_index_record",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id",
            "collection_id",
            "record_id",
            "field_no",
            name=op.f("pk_record_index"),
        ),
        schema="management",
    )
    op.create_index(
        "ix_record_index_order",
        "record_index",
        ["organization_id", "collection_id", "field_no", "absent", "num", "ts", "txt", "record_id"],
        unique=False,
        schema="management",
    )
    op.create_index(
        "uq_record_index_unique",
        "record_index",
        ["organization_id", "collection_id", "field_no", "txt"],
        unique=True,
        schema="management",
        postgresql_where=sa.text("uniq"),
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION IF EXISTS management.standing, management.meets")
    op.execute("DROP FUNCTION IF EXISTS management.estimated_records, management.mentioning")
    op.drop_index(
        "uq_record_index_unique",
        table_name="record_index",
        schema="management",
        postgresql_where=sa.text("uniq"),
    )
    op.drop_index("ix_record_index_order", table_name="record_index", schema="management")
    op.drop_table("record_index", schema="management")
    op.drop_table("record_import_pieces", schema="management")
    op.drop_table("record_history", schema="management")
    op.drop_index(
        "ix_records_words", table_name="records", schema="management", postgresql_using="gin"
    )
    op.drop_index("ix_records_updated_at", table_name="records", schema="management")
    op.drop_index("ix_records_created_at", table_name="records", schema="management")
    op.drop_table("records", schema="management")
    op.drop_index("ix_record_imports_created_at", table_name="record_imports", schema="management")
    op.drop_table("record_imports", schema="management")
