"""meters that build"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b7236e4de38c"
down_revision = "539eb1a7ecd2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "names",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_names_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "name", name=op.f("pk_names")),
        schema="stats",
    )
    op.create_table(
        "combinations",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("meter_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dims", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["meter_id"],
            ["stats.meters.id"],
            name=op.f("fk_combinations_meter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_combinations_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meter_id", "day", "dims", name=op.f("pk_combinations")),
        schema="stats",
    )
    op.add_column("events", sa.Column("ext_id", sa.Text(), nullable=True), schema="stats")
    op.add_column("meters", sa.Column("title", sa.Text(), nullable=True), schema="stats")
    op.add_column(
        "meters",
        sa.Column(
            "filter", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        schema="stats",
    )
    op.add_column(
        "meters",
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        schema="stats",
    )
    op.add_column(
        "meters",
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=True),
        schema="stats",
    )
    op.add_column(
        "meters",
        sa.Column("built_until", sa.DateTime(timezone=True), nullable=True),
        schema="stats",
    )
    op.add_column(
        "rollups", sa.Column("last_time", sa.DateTime(timezone=True), nullable=True), schema="stats"
    )
    op.add_column("rollups", sa.Column("last", sa.Numeric(), nullable=True), schema="stats")
    op.add_column("rollups", sa.Column("sketch", sa.LargeBinary(), nullable=True), schema="stats")
    op.drop_constraint(op.f("ck_meters_aggregation"), "meters", schema="stats")
    op.create_check_constraint(
        op.f("ck_meters_aggregation"),
        "meters",
        "aggregation IN ('count', 'sum', 'avg', 'min', 'max', 'last', 'unique', 'histogram')",
        schema="stats",
    )
    op.create_check_constraint(
        op.f("ck_meters_state"), "meters", "state IN ('building', 'active')", schema="stats"
    )
    op.execute(
        """
        INSERT INTO stats.names (organization_id, name, first_seen, last_seen)
        SELECT organization_id, name, min(time), max(time) FROM stats.events
         GROUP BY organization_id, name
        """
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_meters_state"), "meters", schema="stats")
    op.execute("DELETE FROM stats.meters WHERE aggregation NOT IN ('count', 'sum', 'min', 'max')")
    op.drop_constraint(op.f("ck_meters_aggregation"), "meters", schema="stats")
    op.create_check_constraint(
        op.f("ck_meters_aggregation"),
        "meters",
        "aggregation IN ('count', 'sum', 'min', 'max')",
        schema="stats",
    )
    op.drop_column("rollups", "sketch", schema="stats")
    op.drop_column("rollups", "last", schema="stats")
    op.drop_column("rollups", "last_time", schema="stats")
    op.drop_column("meters", "built_until", schema="stats")
    op.drop_column("meters", "active_from", schema="stats")
    op.drop_column("meters", "state", schema="stats")
    op.drop_column("meters", "filter", schema="stats")
    op.drop_column("meters", "title", schema="stats")
    op.drop_column("events", "ext_id", schema="stats")
    op.drop_table("combinations", schema="stats")
    op.drop_table("names", schema="stats")
