"""PostgreSQL behind the ports, in plain SQL."""

from adapters.postgres.accounts import (
    Identities,
    Invitations,
    LoginMethods,
    Memberships,
    OneTimeTokens,
    OrganizationDomains,
    Organizations,
    Sessions,
    SigningKeys,
    SsoConnections,
    SsoTransactions,
    Users,
)
from adapters.postgres.audit import AuditLog
from adapters.postgres.database import Database, Transaction
from adapters.postgres.idempotency import Housekeeping, IdempotencyKeys
from adapters.postgres.pool import pool
from adapters.postgres.readiness import Readiness
from adapters.postgres.secret_boxes import SecretBoxes
from adapters.postgres.throttle import Throttle

__all__ = (
    "AuditLog",
    "Database",
    "Housekeeping",
    "IdempotencyKeys",
    "Identities",
    "Invitations",
    "LoginMethods",
    "Memberships",
    "OneTimeTokens",
    "OrganizationDomains",
    "Organizations",
    "Readiness",
    "SecretBoxes",
    "Sessions",
    "SigningKeys",
    "SsoConnections",
    "SsoTransactions",
    "Throttle",
    "Transaction",
    "Users",
    "pool",
)
