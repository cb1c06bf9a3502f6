"""hourly rollups"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3f7b91d2c6a4"
down_revision = "8c41d7f05b92"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hourly_rollups",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("meter_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dims", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("sum", sa.Numeric(), nullable=False),
        sa.Column("min", sa.Numeric(), nullable=True),
        sa.Column("max", sa.Numeric(), nullable=True),
        sa.Column("last_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last", sa.Numeric(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meter_id"],
            ["stats.meters.id"],
            name=op.f("fk_hourly_rollups_meter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_hourly_rollups_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meter_id", "bucket", "dims", name=op.f("pk_hourly_rollups")),
        schema="stats",
    )
    op.execute(
        """
        INSERT INTO stats.hourly_rollups
        SELECT organization_id, meter_id, date_trunc('hour', bucket, 'UTC'), dims, sum(n)::bigint,
               sum(sum), min(min), max(max), max(last_time),
               (array_agg(last ORDER BY last_time DESC NULLS LAST, last DESC))[1]
          FROM stats.rollups
         GROUP BY 1, 2, 3, 4
        """
    )
    op.execute("ANALYZE stats.hourly_rollups")


def downgrade() -> None:
    op.drop_table("hourly_rollups", schema="stats")
