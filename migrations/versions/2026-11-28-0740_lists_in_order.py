"""lists in order"""

import sqlalchemy as sa
from alembic import op

revision = "5d1e7c20a94b"
down_revision = "222bdd6cf6f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_users_created_at", "users", ["created_at", "id"], schema="accounts")
    op.create_index(
        "ix_users_email_in_order", "users", [sa.text('email COLLATE "C"'), "id"], schema="accounts"
    )
    op.create_index(
        "ix_objects_filename",
        "objects",
        ["organization_id", sa.text('filename COLLATE "C"'), "id"],
        schema="storage",
    )
    for column in ("size", "created_at"):
        op.create_index(
            f"ix_objects_{column}", "objects", ["organization_id", column, "id"], schema="storage"
        )


def downgrade() -> None:
    for name in ("created_at", "size", "filename"):
        op.drop_index(f"ix_objects_{name}", table_name="objects", schema="storage")
    for name in ("email_in_order", "created_at"):
        op.drop_index(f"ix_users_{name}", table_name="users", schema="accounts")
