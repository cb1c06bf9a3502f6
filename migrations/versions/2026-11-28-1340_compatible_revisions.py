"""compatible revisions"""

import sqlalchemy as sa
from alembic import op

revision = "8c41d7f05b92"
down_revision = "8e4a1c6f27d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "compatible_revisions",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_compatible_revisions")),
        schema="core",
    )


def downgrade() -> None:
    op.drop_table("compatible_revisions", schema="core")
