"""answers"""

import sqlalchemy as sa
from alembic import op

revision = "8e4a1c6f27d3"
down_revision = "5d1e7c20a94b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "reports",
        sa.Column("erasures", sa.Integer(), server_default="0", nullable=False),
        schema="stats",
    )
    op.create_table(
        "answers",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("erasures", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_answers_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["stats.reports.id"],
            name=op.f("fk_answers_report_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_answers")),
        schema="stats",
    )
    op.create_index(
        "ix_answers_organization",
        "answers",
        ["organization_id"],
        unique=False,
        schema="stats",
    )


def downgrade() -> None:
    op.drop_index("ix_answers_organization", table_name="answers", schema="stats")
    op.drop_table("answers", schema="stats")
    op.drop_column("reports", "erasures", schema="stats")
