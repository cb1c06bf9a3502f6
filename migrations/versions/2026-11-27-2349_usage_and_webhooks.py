"""usage and webhooks"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ff7b16b7ef40"
down_revision = "08189c06853a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_usage_amount")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_usage_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_usage")),
        schema="stats",
    )
    op.create_index(
        "ix_usage_meter",
        "usage",
        ["organization_id", "meter", "at"],
        unique=False,
        schema="stats",
        postgresql_include=["amount"],
    )
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("topics", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("secrets_box", sa.LargeBinary(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_endpoints_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
        schema="webhooks",
    )
    op.create_index(
        "ix_endpoints_organization_id",
        "endpoints",
        ["organization_id"],
        unique=False,
        schema="webhooks",
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'failed')", name=op.f("ck_deliveries_status")
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhooks.endpoints.id"],
            name=op.f("fk_deliveries_endpoint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_deliveries_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("endpoint_id", "message_id", name="uq_deliveries_message"),
        schema="webhooks",
    )
    op.create_index(
        "ix_deliveries_created_at", "deliveries", ["created_at"], unique=False, schema="webhooks"
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["endpoint_id", "id"],
        unique=False,
        schema="webhooks",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.add_column(
        "accounts",
        sa.Column("usage_until", sa.DateTime(timezone=True), nullable=True),
        schema="billing",
    )


def downgrade() -> None:
    op.drop_column("accounts", "usage_until", schema="billing")
    op.drop_index(
        "ix_deliveries_waiting",
        table_name="deliveries",
        schema="webhooks",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_deliveries_created_at", table_name="deliveries", schema="webhooks")
    op.drop_table("deliveries", schema="webhooks")
    op.drop_index("ix_endpoints_organization_id", table_name="endpoints", schema="webhooks")
    op.drop_table("endpoints", schema="webhooks")
    op.drop_index(
        "ix_usage_meter", table_name="usage", schema="stats", postgresql_include=["amount"]
    )
    op.drop_table("usage", schema="stats")
