"""settings and switches"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "cb661eb6781d"
down_revision = "ceb993377209"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "switches",
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
        schema="management",
    )
    op.create_table(
        "settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(organization_id, user_id) <= 1", name=op.f("ck_settings_owner")
        ),
        sa.CheckConstraint("num_nonnulls(value, box) <= 1", name=op.f("ck_settings_value")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_settings_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["accounts.users.id"], name=op.f("fk_settings_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "key",
            name="uq_settings_owner",
            postgresql_nulls_not_distinct=True,
        ),
        schema="management",
    )
    op.create_index(
        "ix_settings_user_id", "settings", ["user_id"], unique=False, schema="management"
    )
    op.create_index(
        "ix_audit_events_target_id_id",
        "audit_events",
        ["target_id", "id"],
        unique=False,
        schema="core",
    )


def downgrade() -> None:
    op.drop_index("ix_audit_events_target_id_id", table_name="audit_events", schema="core")
    op.drop_index("ix_settings_user_id", table_name="settings", schema="management")
    op.drop_table("settings", schema="management")
    op.drop_table("switches", schema="management")
