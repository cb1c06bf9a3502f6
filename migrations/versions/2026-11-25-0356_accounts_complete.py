"""accounts complete"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "be834f59794d"
down_revision = "812b86c5aa2d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("through_sso", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(user_id IS NULL) <> (role IS NULL)", name=op.f("ck_api_keys_owner")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["accounts.users.id"],
            name=op.f("fk_api_keys_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_api_keys_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["accounts.users.id"], name=op.f("fk_api_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        schema="accounts",
    )
    op.create_index(
        "ix_api_keys_created_by", "api_keys", ["created_by"], unique=False, schema="accounts"
    )
    op.create_index(
        "ix_api_keys_organization_id_id",
        "api_keys",
        ["organization_id", "id"],
        unique=False,
        schema="accounts",
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"], unique=False, schema="accounts")
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("content_box", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["accounts.users.id"],
            name=op.f("fk_data_exports_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
        schema="accounts",
    )
    op.create_index(
        "ix_data_exports_expires_at",
        "data_exports",
        ["expires_at"],
        unique=False,
        schema="accounts",
    )
    op.create_index(
        "ix_data_exports_user_id", "data_exports", ["user_id"], unique=False, schema="accounts"
    )
    op.create_index(
        "uq_data_exports_pending",
        "data_exports",
        ["user_id"],
        unique=True,
        schema="accounts",
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "organization_domains",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("txt_value", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_organization_domains_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_domains")),
        sa.UniqueConstraint(
            "organization_id", "domain", name=op.f("uq_organization_domains_organization_id_domain")
        ),
        schema="accounts",
    )
    op.create_index(
        "uq_organization_domains_verified",
        "organization_domains",
        ["domain"],
        unique=True,
        schema="accounts",
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["accounts.users.id"], name=op.f("fk_passkeys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        schema="accounts",
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"], unique=False, schema="accounts")
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["accounts.users.id"],
            name=op.f("fk_recovery_codes_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        schema="accounts",
    )
    op.create_index(
        "ix_recovery_codes_user_id", "recovery_codes", ["user_id"], unique=False, schema="accounts"
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_roles_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("organization_id", "key", name=op.f("uq_roles_organization_id_key")),
        schema="accounts",
    )
    op.create_table(
        "sso_connections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret_box", sa.LargeBinary(), nullable=False),
        sa.Column("client_authentication", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("email_claim", sa.Text(), nullable=False),
        sa.Column("trusts_email", sa.Boolean(), nullable=False),
        sa.Column("jit_enabled", sa.Boolean(), nullable=False),
        sa.Column("default_role", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "client_authentication IN"
            " ('client_secret_basic', 'client_secret_post', 'private_key_jwt')",
            name=op.f("ck_sso_connections_client_authentication"),
        ),
        sa.CheckConstraint(
            "organization_id IS NULL OR NOT trusts_email",
            name=op.f("ck_sso_connections_tenants_are_trusted_by_domain"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["accounts.organizations.id"],
            name=op.f("fk_sso_connections_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_connections")),
        schema="accounts",
    )
    op.create_index(
        "ix_sso_connections_organization_id_id",
        "sso_connections",
        ["organization_id", "id"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "totp_factors",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_box", sa.LargeBinary(), nullable=False),
        sa.Column("last_used_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["accounts.users.id"],
            name=op.f("fk_totp_factors_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_factors")),
        schema="accounts",
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email_at_link", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["accounts.sso_connections.id"],
            name=op.f("fk_identities_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["accounts.users.id"],
            name=op.f("fk_identities_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint(
            "connection_id",
            "issuer",
            "subject",
            name=op.f("uq_identities_connection_id_issuer_subject"),
        ),
        schema="accounts",
    )
    op.create_index(
        "ix_identities_user_id", "identities", ["user_id"], unique=False, schema="accounts"
    )
    op.create_table(
        "sso_transactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("secrets_box", sa.LargeBinary(), nullable=False),
        sa.Column("return_to", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.Text(), nullable=False),
        sa.Column("assertion_box", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exchanged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["accounts.sso_connections.id"],
            name=op.f("fk_sso_transactions_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_transactions")),
        schema="accounts",
    )
    op.create_index(
        "ix_sso_transactions_connection_id",
        "sso_transactions",
        ["connection_id"],
        unique=False,
        schema="accounts",
    )
    op.create_index(
        "ix_sso_transactions_expires_at",
        "sso_transactions",
        ["expires_at"],
        unique=False,
        schema="accounts",
    )
    op.add_column(
        "one_time_tokens",
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        schema="accounts",
    )
    op.add_column(
        "one_time_tokens",
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        schema="accounts",
    )
    op.add_column(
        "one_time_tokens",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        schema="accounts",
    )
    op.alter_column(
        "one_time_tokens", "user_id", existing_type=sa.UUID(), nullable=True, schema="accounts"
    )
    op.drop_index(
        op.f("uq_one_time_tokens_live"),
        table_name="one_time_tokens",
        schema="accounts",
        postgresql_where="(consumed_at IS NULL)",
    )
    op.create_index(
        "uq_one_time_tokens_single",
        "one_time_tokens",
        ["user_id", "purpose"],
        unique=True,
        schema="accounts",
        postgresql_where=sa.text("single AND consumed_at IS NULL"),
    )
    op.add_column(
        "organizations",
        sa.Column("sso_enforced", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="accounts",
    )
    op.add_column(
        "organizations",
        sa.Column("mfa_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="accounts",
    )
    op.add_column(
        "sessions", sa.Column("connection_id", sa.Uuid(), nullable=True), schema="accounts"
    )
    op.add_column(
        "sessions", sa.Column("scope_organization_id", sa.Uuid(), nullable=True), schema="accounts"
    )
    op.add_column(
        "sessions", sa.Column("impersonator_id", sa.Uuid(), nullable=True), schema="accounts"
    )
    op.add_column(
        "sessions",
        sa.Column("read_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="accounts",
    )
    op.create_index(
        "ix_sessions_connection_id",
        "sessions",
        ["connection_id"],
        unique=False,
        schema="accounts",
        postgresql_where=sa.text("connection_id IS NOT NULL"),
    )
    op.create_index(
        "ix_sessions_impersonator_id",
        "sessions",
        ["impersonator_id"],
        unique=False,
        schema="accounts",
        postgresql_where=sa.text("impersonator_id IS NOT NULL"),
    )
    op.create_index(
        "ix_sessions_scope_organization_id",
        "sessions",
        ["scope_organization_id"],
        unique=False,
        schema="accounts",
        postgresql_where=sa.text("scope_organization_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("fk_sessions_scope_organization_id"),
        "sessions",
        "organizations",
        ["scope_organization_id"],
        ["id"],
        source_schema="accounts",
        referent_schema="accounts",
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        op.f("fk_sessions_connection_id"),
        "sessions",
        "sso_connections",
        ["connection_id"],
        ["id"],
        source_schema="accounts",
        referent_schema="accounts",
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        op.f("fk_sessions_impersonator_id"),
        "sessions",
        "users",
        ["impersonator_id"],
        ["id"],
        source_schema="accounts",
        referent_schema="accounts",
        ondelete="CASCADE",
    )
    op.add_column(
        "users",
        sa.Column("mfa_enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="accounts",
    )
    op.add_column(
        "users",
        sa.Column("deletes_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )
    op.create_index(
        "ix_users_deletes_at",
        "users",
        ["deletes_at"],
        unique=False,
        schema="accounts",
        postgresql_where=sa.text("deletes_at IS NOT NULL"),
    )
    op.add_column(
        "audit_events", sa.Column("impersonator_id", sa.Uuid(), nullable=True), schema="core"
    )
    op.create_index(
        "ix_audit_events_actor_id_id",
        "audit_events",
        ["actor_id", "id"],
        unique=False,
        schema="core",
    )
    op.execute(
        """
        ALTER TABLE accounts.users
            DROP CONSTRAINT ck_users_status,
            ADD CONSTRAINT ck_users_status
                CHECK (status IN ('active', 'suspended', 'pending_deletion')) NOT VALID,
            ADD CONSTRAINT ck_users_deletes_when_pending
                CHECK ((status = 'pending_deletion') = (deletes_at IS NOT NULL)) NOT VALID
        """
    )
    op.execute("ALTER TABLE accounts.users VALIDATE CONSTRAINT ck_users_status")
    op.execute("ALTER TABLE accounts.users VALIDATE CONSTRAINT ck_users_deletes_when_pending")


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE accounts.users
            DROP CONSTRAINT ck_users_deletes_when_pending,
            DROP CONSTRAINT ck_users_status,
            ADD CONSTRAINT ck_users_status CHECK (status IN ('active', 'suspended'))
        """
    )
    op.execute("DELETE FROM accounts.one_time_tokens WHERE user_id IS NULL OR NOT single")
    op.execute("DROP FUNCTION IF EXISTS accounts.standing_of")
    op.drop_index("ix_audit_events_actor_id_id", table_name="audit_events", schema="core")
    op.drop_column("audit_events", "impersonator_id", schema="core")
    op.drop_index(
        "ix_users_deletes_at",
        table_name="users",
        schema="accounts",
        postgresql_where=sa.text("deletes_at IS NOT NULL"),
    )
    op.drop_column("users", "deletes_at", schema="accounts")
    op.drop_column("users", "mfa_enabled", schema="accounts")
    op.drop_constraint(
        op.f("fk_sessions_impersonator_id"), "sessions", schema="accounts", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("fk_sessions_connection_id"), "sessions", schema="accounts", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("fk_sessions_scope_organization_id"), "sessions", schema="accounts", type_="foreignkey"
    )
    op.drop_index(
        "ix_sessions_scope_organization_id",
        table_name="sessions",
        schema="accounts",
        postgresql_where=sa.text("scope_organization_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_sessions_impersonator_id",
        table_name="sessions",
        schema="accounts",
        postgresql_where=sa.text("impersonator_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_sessions_connection_id",
        table_name="sessions",
        schema="accounts",
        postgresql_where=sa.text("connection_id IS NOT NULL"),
    )
    op.drop_column("sessions", "read_only", schema="accounts")
    op.drop_column("sessions", "impersonator_id", schema="accounts")
    op.drop_column("sessions", "scope_organization_id", schema="accounts")
    op.drop_column("sessions", "connection_id", schema="accounts")
    op.drop_column("organizations", "mfa_required", schema="accounts")
    op.drop_column("organizations", "sso_enforced", schema="accounts")
    op.drop_index(
        "uq_one_time_tokens_single",
        table_name="one_time_tokens",
        schema="accounts",
        postgresql_where=sa.text("single AND consumed_at IS NULL"),
    )
    op.create_index(
        op.f("uq_one_time_tokens_live"),
        "one_time_tokens",
        ["user_id", "purpose"],
        unique=True,
        schema="accounts",
        postgresql_where="(consumed_at IS NULL)",
    )
    op.alter_column(
        "one_time_tokens", "user_id", existing_type=sa.UUID(), nullable=False, schema="accounts"
    )
    op.drop_column("one_time_tokens", "single", schema="accounts")
    op.drop_column("one_time_tokens", "attempts", schema="accounts")
    op.drop_column("one_time_tokens", "payload", schema="accounts")
    op.drop_index(
        "ix_sso_transactions_expires_at", table_name="sso_transactions", schema="accounts"
    )
    op.drop_index(
        "ix_sso_transactions_connection_id", table_name="sso_transactions", schema="accounts"
    )
    op.drop_table("sso_transactions", schema="accounts")
    op.drop_index("ix_identities_user_id", table_name="identities", schema="accounts")
    op.drop_table("identities", schema="accounts")
    op.drop_table("totp_factors", schema="accounts")
    op.drop_index(
        "ix_sso_connections_organization_id_id", table_name="sso_connections", schema="accounts"
    )
    op.drop_table("sso_connections", schema="accounts")
    op.drop_table("roles", schema="accounts")
    op.drop_index("ix_recovery_codes_user_id", table_name="recovery_codes", schema="accounts")
    op.drop_table("recovery_codes", schema="accounts")
    op.drop_index("ix_passkeys_user_id", table_name="passkeys", schema="accounts")
    op.drop_table("passkeys", schema="accounts")
    op.drop_index(
        "uq_organization_domains_verified",
        table_name="organization_domains",
        schema="accounts",
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )
    op.drop_table("organization_domains", schema="accounts")
    op.drop_index(
        "uq_data_exports_pending",
        table_name="data_exports",
        schema="accounts",
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index("ix_data_exports_user_id", table_name="data_exports", schema="accounts")
    op.drop_index("ix_data_exports_expires_at", table_name="data_exports", schema="accounts")
    op.drop_table("data_exports", schema="accounts")
    op.drop_index("ix_api_keys_user_id", table_name="api_keys", schema="accounts")
    op.drop_index("ix_api_keys_organization_id_id", table_name="api_keys", schema="accounts")
    op.drop_index("ix_api_keys_created_by", table_name="api_keys", schema="accounts")
    op.drop_table("api_keys", schema="accounts")
