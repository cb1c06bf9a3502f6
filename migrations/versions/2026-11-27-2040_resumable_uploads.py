"""resumable uploads"""

import sqlalchemy as sa
from alembic import op

revision = "8e4f1b7c2a90"
down_revision = "dec8dd966628"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "objects",
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        schema="storage",
    )


def downgrade() -> None:
    op.drop_column("objects", "received", schema="storage")
