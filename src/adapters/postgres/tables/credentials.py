"""What people and programs prove themselves with, besides passwords."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from adapters.postgres.tables.accounts import SCHEMA
from adapters.postgres.tables.metadata import metadata, moment, tenant

totp_factors = Table(
    "totp_factors",
    metadata,
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), primary_key=True),
    Column("secret_box", LargeBinary, nullable=False),
    Column("last_used_step", BigInteger),
    moment("created_at"),
    moment("confirmed_at", nullable=True),
    schema=SCHEMA,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column("code_hash", Text, nullable=False),
    moment("created_at"),
    moment("used_at", nullable=True),
    Index("ix_recovery_codes_user_id", "user_id"),
    schema=SCHEMA,
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    moment("created_at"),
    moment("last_used_at", nullable=True),
    UniqueConstraint("credential_id"),
    Index("ix_passkeys_user_id", "user_id"),
    schema=SCHEMA,
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE")),
    Column("role", Text),
    Column("name", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("through_sso", Boolean, nullable=False, server_default=false()),
    Column("created_by", ForeignKey("accounts.users.id", ondelete="SET NULL")),
    moment("created_at"),
    moment("expires_at", nullable=True),
    moment("last_used_at", nullable=True),
    moment("revoked_at", nullable=True),
    UniqueConstraint("key_hash"),
    CheckConstraint("(user_id IS NULL) <> (role IS NULL)", name="owner"),
    Index("ix_api_keys_organization_id_id", "organization_id", "id"),
    Index("ix_api_keys_user_id", "user_id"),
    Index("ix_api_keys_created_by", "created_by"),
    schema=SCHEMA,
)

data_exports = Table(
    "data_exports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column("content_box", LargeBinary),
    moment("created_at"),
    moment("finished_at", nullable=True),
    moment("expires_at"),
    Index(
        "uq_data_exports_pending",
        "user_id",
        unique=True,
        postgresql_where=text("finished_at IS NULL"),
    ),
    Index("ix_data_exports_user_id", "user_id"),
    Index("ix_data_exports_expires_at", "expires_at"),
    schema=SCHEMA,
)
