"""PostgreSQL behind the ports, in plain SQL."""

from adapters.postgres.accounts import (
    Credentials,
    Invitations,
    Memberships,
    OneTimeTokens,
    Organizations,
    RecoveryCodes,
    Sessions,
    SigningKeys,
    TotpFactors,
    Users,
)
from adapters.postgres.audit import AuditLog
from adapters.postgres.database import Database, Transaction
from adapters.postgres.idempotency import Housekeeping, IdempotencyKeys
from adapters.postgres.pool import pool
from adapters.postgres.readiness import Readiness
from adapters.postgres.throttle import Throttle

__all__ = (
    "AuditLog",
    "Credentials",
    "Database",
    "Housekeeping",
    "IdempotencyKeys",
    "Invitations",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "Readiness",
    "RecoveryCodes",
    "Sessions",
    "SigningKeys",
    "Throttle",
    "TotpFactors",
    "Transaction",
    "Users",
    "pool",
)
