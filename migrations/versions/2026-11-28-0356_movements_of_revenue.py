"""movements of revenue"""

import sqlalchemy as sa
from alembic import op

revision = "7b28decc4adc"
down_revision = "f89b7795a6b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "movements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("mrr", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('new', 'expansion', 'contraction', 'churn', 'reactivation')",
            name=op.f("ck_movements_kind"),
        ),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_movements_delta")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_movements_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movements")),
        schema="billing",
    )
    op.create_index(
        "ix_movements_organization_id",
        "movements",
        ["organization_id"],
        unique=False,
        schema="billing",
    )


def downgrade() -> None:
    op.drop_index("ix_movements_organization_id", table_name="movements", schema="billing")
    op.drop_table("movements", schema="billing")
