"""alerts"""

import sqlalchemy as sa
from alembic import op

revision = "f89b7795a6b3"
down_revision = "539eb1a7ecd2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("aggregation", sa.Text(), nullable=False),
        sa.Column("above", sa.Numeric(), nullable=True),
        sa.Column("below", sa.Numeric(), nullable=True),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("tz", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('ok', 'firing')", name=op.f("ck_alerts_state")),
        sa.CheckConstraint("(above IS NULL) <> (below IS NULL)", name=op.f("ck_alerts_bound")),
        sa.ForeignKeyConstraint(
            ["organization_id", "meter"],
            ["stats.meters.organization_id", "stats.meters.slug"],
            name="fk_alerts_meter",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_alerts_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        schema="stats",
    )
    op.create_index(
        "ix_alerts_meter", "alerts", ["organization_id", "meter"], unique=False, schema="stats"
    )


def downgrade() -> None:
    op.drop_index("ix_alerts_meter", table_name="alerts", schema="stats")
    op.drop_table("alerts", schema="stats")
