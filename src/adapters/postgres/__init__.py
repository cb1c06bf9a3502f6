"""PostgreSQL behind the ports, in plain SQL."""

from adapters.postgres.accounts import (
    AccountData,
    ApiKeys,
    Credentials,
    DataExports,
    DepartingOrganizations,
    DepartingUsers,
    Identities,
    Invitations,
    LoginMethods,
    Memberships,
    OneTimeTokens,
    OrganizationDomains,
    Organizations,
    Passkeys,
    RecoveryCodes,
    Roles,
    Sessions,
    SigningKeys,
    SsoConnections,
    SsoTransactions,
    TotpFactors,
    Users,
)
from adapters.postgres.audit import AuditLog
from adapters.postgres.database import Database, Transaction
from adapters.postgres.idempotency import Housekeeping, IdempotencyKeys
from adapters.postgres.pool import pool
from adapters.postgres.readiness import Readiness
from adapters.postgres.secret_boxes import SecretBoxes
from adapters.postgres.storage import (
    Buckets,
    ObjectChecks,
    Objects,
    ObjectSweeps,
    ScanEvents,
    StorageData,
    Usages,
)
from adapters.postgres.throttle import Throttle

__all__ = (
    "AccountData",
    "ApiKeys",
    "AuditLog",
    "Buckets",
    "Credentials",
    "DataExports",
    "Database",
    "DepartingOrganizations",
    "DepartingUsers",
    "Housekeeping",
    "IdempotencyKeys",
    "Identities",
    "Invitations",
    "LoginMethods",
    "Memberships",
    "ObjectChecks",
    "ObjectSweeps",
    "Objects",
    "OneTimeTokens",
    "OrganizationDomains",
    "Organizations",
    "Passkeys",
    "Readiness",
    "RecoveryCodes",
    "Roles",
    "ScanEvents",
    "SecretBoxes",
    "Sessions",
    "SigningKeys",
    "SsoConnections",
    "SsoTransactions",
    "StorageData",
    "Throttle",
    "TotpFactors",
    "Transaction",
    "Usages",
    "Users",
    "pool",
)
