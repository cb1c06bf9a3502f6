"""PostgreSQL behind the ports, in plain SQL."""

from adapters.postgres.accounts import (
    AccountData,
    DataExports,
    DepartingUsers,
    Invitations,
    Memberships,
    OneTimeTokens,
    Organizations,
    Sessions,
    SigningKeys,
    Users,
)
from adapters.postgres.audit import AuditLog
from adapters.postgres.database import Database, Transaction
from adapters.postgres.idempotency import Housekeeping, IdempotencyKeys
from adapters.postgres.pool import pool
from adapters.postgres.readiness import Readiness
from adapters.postgres.throttle import Throttle

__all__ = (
    "AccountData",
    "AuditLog",
    "DataExports",
    "Database",
    "DepartingUsers",
    "Housekeeping",
    "IdempotencyKeys",
    "Invitations",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "Readiness",
    "Sessions",
    "SigningKeys",
    "Throttle",
    "Transaction",
    "Users",
    "pool",
)
