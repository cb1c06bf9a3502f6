"""PostgreSQL behind the ports, in plain SQL."""

from adapters.postgres.accounts import (
    ApiKeys,
    Invitations,
    Memberships,
    OneTimeTokens,
    Organizations,
    Roles,
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
    "ApiKeys",
    "AuditLog",
    "Database",
    "Housekeeping",
    "IdempotencyKeys",
    "Invitations",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "Readiness",
    "Roles",
    "Sessions",
    "SigningKeys",
    "Throttle",
    "Transaction",
    "Users",
    "pool",
)
