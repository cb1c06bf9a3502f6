"""organization deletion"""

import sqlalchemy as sa
from alembic import op

revision = "5c1d0e7a94b2"
down_revision = "be834f59794d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organizations",
        sa.Column("deletes_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )


def downgrade() -> None:
    op.drop_column("organizations", "deletes_at", schema="accounts")
