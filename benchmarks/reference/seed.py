"""Fills the reference app's database with the tenant the workloads ask about."""

from pathlib import Path
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from benchmarks.reference.auth import HASHER
from benchmarks.tenant import INVITATIONS, Account, Tenant, people

SCHEMA = Path(__file__).with_name("schema.sql")


def seed(database_url: str) -> Tenant:
    """Create the tables, one organization of the reader's, its invitations, and everybody else."""
    readers, writers, logins = people()
    organization_id = uuid7()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SCHEMA.read_bytes())
        owner, *_ = [_add(connection, account) for account in (readers, writers, *logins)]
        connection.execute(
            "INSERT INTO organizations (id, name, slug) VALUES (%s, 'Benchmark', 'benchmark')",
            (organization_id,),
        )
        connection.execute(
            "INSERT INTO memberships VALUES (%s, %s, 'owner')", (organization_id, owner)
        )
        connection.cursor().executemany(
            "INSERT INTO invitations (id, organization_id, email, role, invited_by, expires_at)"
            " VALUES (%s, %s, %s, 'member', %s, now() + interval '7 days')",
            [(uuid7(), organization_id, email, owner) for email in INVITATIONS],
        )
        connection.execute("ANALYZE")
    return Tenant(str(organization_id), readers, writers, logins)


def _add(connection: psycopg.Connection, account: Account) -> UUID:
    user_id: UUID = uuid7()
    connection.execute(
        "INSERT INTO users (id, email, display_name, password_hash) VALUES (%s, %s, %s, %s)",
        (user_id, account.email, "Ada Lovelace", HASHER.hash(account.password)),
    )
    return user_id
