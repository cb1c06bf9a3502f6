from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import metadata, moment

SCHEMA = "accounts"

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    moment("email_verified_at", nullable=True),
    Column("display_name", Text),
    Column("locale", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("password_hash", Text),
    moment("password_changed_at", nullable=True),
    Column("platform_role", Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("email"),
    CheckConstraint("email = lower(email)", name="email_is_lower_case"),
    CheckConstraint("status IN ('active', 'suspended')", name="status"),
    CheckConstraint("platform_role IN ('none', 'support', 'operator')", name="platform_role"),
    Index("ix_users_email_prefix", "email", postgresql_ops={"email": "text_pattern_ops"}),
    schema=SCHEMA,
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("amr", ARRAY(Text), nullable=False),
    Column("device_label", Text),
    Column("ip", Text),
    Column("user_agent", Text),
    moment("created_at"),
    moment("rotated_at"),
    moment("authenticated_at"),
    moment("idle_expires_at"),
    moment("absolute_expires_at"),
    moment("revoked_at", nullable=True),
    Column("revoke_reason", Text),
    Index("ix_sessions_live_user_id", "user_id", postgresql_where=text("revoked_at IS NULL")),
    Index("ix_sessions_user_id", "user_id"),
    Index("ix_sessions_idle_expires_at", "idle_expires_at"),
    schema=SCHEMA,
)

one_time_tokens = Table(
    "one_time_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", Text, nullable=False),
    moment("created_at"),
    moment("expires_at"),
    moment("consumed_at", nullable=True),
    Index(
        "uq_one_time_tokens_live",
        "user_id",
        "purpose",
        unique=True,
        postgresql_where=text("consumed_at IS NULL"),
    ),
    Index("ix_one_time_tokens_user_id", "user_id"),
    Index("ix_one_time_tokens_expires_at", "expires_at"),
    schema=SCHEMA,
)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("slug", Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("slug"),
    schema=SCHEMA,
)

memberships = Table(
    "memberships",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    moment("created_at"),
    PrimaryKeyConstraint("organization_id", "user_id"),
    Index("ix_memberships_user_id_organization_id", "user_id", "organization_id"),
    schema=SCHEMA,
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("inviter_id", ForeignKey("accounts.users.id", ondelete="SET NULL")),
    Column("status", Text, nullable=False),
    moment("created_at"),
    moment("expires_at"),
    CheckConstraint("status IN ('pending', 'accepted', 'declined', 'revoked')", name="status"),
    Index(
        "uq_invitations_pending",
        "organization_id",
        "email",
        unique=True,
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_invitations_organization_id_id", "organization_id", "id"),
    Index("ix_invitations_pending_email", "email", postgresql_where=text("status = 'pending'")),
    Index("ix_invitations_inviter_id", "inviter_id"),
    schema=SCHEMA,
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("private_box", LargeBinary, nullable=False),
    Column("public_jwk", JSONB, nullable=False),
    moment("created_at"),
    moment("promoted_at", nullable=True),
    moment("retired_at", nullable=True),
    CheckConstraint("state IN ('next', 'current', 'previous')", name="state"),
    Index(
        "uq_signing_keys_state",
        "state",
        unique=True,
        postgresql_where=text("state IN ('next', 'current')"),
    ),
    schema=SCHEMA,
)
