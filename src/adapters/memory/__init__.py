"""Every port, kept in plain dictionaries: for unit tests and for trying things out."""

from adapters.memory.accounts import OneTimeTokens, Users
from adapters.memory.api_keys import ApiKeys
from adapters.memory.dead_jobs import DeadJobs
from adapters.memory.hashing import PlainHasher
from adapters.memory.kernel import (
    AuditLog,
    Housekeeping,
    IdempotencyKeys,
    Jobs,
    Readiness,
    Throttle,
    Worker,
)
from adapters.memory.mails import Mailer
from adapters.memory.organizations import Invitations, Memberships, Organizations
from adapters.memory.roles import Roles
from adapters.memory.sessions import Sessions, SigningKeys
from adapters.memory.store import Store, Transaction

__all__ = (
    "ApiKeys",
    "AuditLog",
    "DeadJobs",
    "Housekeeping",
    "IdempotencyKeys",
    "Invitations",
    "Jobs",
    "Mailer",
    "Memberships",
    "OneTimeTokens",
    "Organizations",
    "PlainHasher",
    "Readiness",
    "Roles",
    "Sessions",
    "SigningKeys",
    "Store",
    "Throttle",
    "Transaction",
    "Users",
    "Worker",
)
