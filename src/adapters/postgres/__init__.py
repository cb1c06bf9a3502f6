"""PostgreSQL behind the ports, in plain SQL."""

from adapters.postgres.accounts import (
    Invitations,
    LoginMethods,
    Memberships,
    OneTimeTokens,
    Organizations,
    Passkeys,
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
    "AuditLog",
    "Database",
    "Housekeeping",
    "IdempotencyKeys",
    "Invitations",
    "LoginMethods",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "Passkeys",
    "Readiness",
    "Sessions",
    "SigningKeys",
    "Throttle",
    "Transaction",
    "Users",
    "pool",
)
