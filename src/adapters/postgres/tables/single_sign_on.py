"""Whom others vouch for: OpenID connections, the domains of organizations, linked identities."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from adapters.postgres.tables.accounts import SCHEMA
from adapters.postgres.tables.metadata import metadata, moment, tenant

sso_connections = Table(
    "sso_connections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", ForeignKey("accounts.organizations.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("client_secret_box", LargeBinary, nullable=False),
    Column("client_authentication", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("email_claim", Text, nullable=False),
    Column("trusts_email", Boolean, nullable=False),
    Column("jit_enabled", Boolean, nullable=False),
    Column("default_role", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "client_authentication IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt')",
        name="client_authentication",
    ),
    CheckConstraint(
        "organization_id IS NULL OR NOT trusts_email", name="tenants_are_trusted_by_domain"
    ),
    Index("ix_sso_connections_organization_id_id", "organization_id", "id"),
    schema=SCHEMA,
)

organization_domains = Table(
    "organization_domains",
    metadata,
    Column("id", Uuid, primary_key=True),
    tenant(),
    Column("domain", Text, nullable=False),
    Column("txt_value", Text, nullable=False),
    moment("created_at"),
    moment("verified_at", nullable=True),
    UniqueConstraint("organization_id", "domain"),
    Index(
        "uq_organization_domains_verified",
        "domain",
        unique=True,
        postgresql_where=text("verified_at IS NOT NULL"),
    ),
    schema=SCHEMA,
)

identities = Table(
    "identities",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("accounts.users.id", ondelete="CASCADE"), nullable=False),
    Column(
        "connection_id",
        ForeignKey("accounts.sso_connections.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email_at_link", Text),
    moment("created_at"),
    UniqueConstraint("connection_id", "issuer", "subject"),
    Index("ix_identities_user_id", "user_id"),
    schema=SCHEMA,
)

sso_transactions = Table(
    "sso_transactions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "connection_id",
        ForeignKey("accounts.sso_connections.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("secrets_box", LargeBinary, nullable=False),
    Column("return_to", Text, nullable=False),
    Column("code_challenge", Text, nullable=False),
    Column("assertion_box", LargeBinary),
    moment("created_at"),
    moment("expires_at"),
    moment("answered_at", nullable=True),
    moment("exchanged_at", nullable=True),
    Index("ix_sso_transactions_connection_id", "connection_id"),
    Index("ix_sso_transactions_expires_at", "expires_at"),
    schema=SCHEMA,
)
