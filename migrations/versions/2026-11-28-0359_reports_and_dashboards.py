"""reports and dashboards"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b89c698ba0e1"
down_revision = "7b28decc4adc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dashboards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("report_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_dashboards_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboards")),
        schema="stats",
    )
    op.create_index(
        "ix_dashboards_organization",
        "dashboards",
        ["organization_id", "id"],
        unique=False,
        schema="stats",
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("range", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("chart", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "chart IN ('line', 'bar', 'number', 'table')", name=op.f("ck_reports_chart")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_reports_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        schema="stats",
    )
    op.create_index(
        "ix_reports_organization",
        "reports",
        ["organization_id", "id"],
        unique=False,
        schema="stats",
    )


def downgrade() -> None:
    op.drop_index("ix_reports_organization", table_name="reports", schema="stats")
    op.drop_table("reports", schema="stats")
    op.drop_index("ix_dashboards_organization", table_name="dashboards", schema="stats")
    op.drop_table("dashboards", schema="stats")
