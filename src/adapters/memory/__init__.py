"""Every port, kept in plain dictionaries: for unit tests and for trying things out."""

from adapters.memory.accounts import OneTimeTokens, Users
from adapters.memory.api_keys import ApiKeys
from adapters.memory.billing import (
    BillingAccounts,
    Catalogues,
    Commands,
    Inbox,
    KeyedLock,
    Meters,
    MirroredInvoices,
    Movements,
    OpenCheckouts,
    Subscriptions,
)
from adapters.memory.closing import DepartingOrganizations
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
from adapters.memory.management import Collections, Contents, DeletedCollections, Records
from adapters.memory.oidc import OidcClient, TextRecords
from adapters.memory.organizations import Invitations, Memberships, Organizations
from adapters.memory.passkeys import LoginMethods, Passkeys
from adapters.memory.privacy import AccountData, DataExports, DepartingUsers
from adapters.memory.roles import Roles
from adapters.memory.second_factors import Credentials, RecoveryCodes, TotpFactors
from adapters.memory.secret_boxes import SecretBoxes
from adapters.memory.sessions import Sessions, SigningKeys
from adapters.memory.sso import Identities, OrganizationDomains, SsoConnections, SsoTransactions
from adapters.memory.stats import (
    Alerts,
    Dashboards,
    EventNames,
    Journeys,
    Partitions,
    Reports,
    Rollups,
    StatsEvents,
    StatsMeters,
    StatsNumbers,
)
from adapters.memory.storage import (
    Buckets,
    MultipartUploads,
    ObjectChecks,
    ObjectReader,
    Objects,
    ObjectSweeps,
    ObjectWriter,
    ScanEvents,
    Shelf,
    StorageData,
    Usages,
)
from adapters.memory.store import Store, Transaction
from adapters.memory.webhooks import Deliveries, Leases, WebhookEndpoints

__all__ = (
    "AccountData",
    "Alerts",
    "ApiKeys",
    "AuditLog",
    "BillingAccounts",
    "Buckets",
    "Catalogues",
    "Collections",
    "Commands",
    "Contents",
    "Credentials",
    "Dashboards",
    "DataExports",
    "DeadJobs",
    "DeletedCollections",
    "Deliveries",
    "DepartingOrganizations",
    "DepartingUsers",
    "EventNames",
    "Housekeeping",
    "IdempotencyKeys",
    "Identities",
    "Inbox",
    "Invitations",
    "Jobs",
    "Journeys",
    "KeyedLock",
    "Leases",
    "LoginMethods",
    "Mailer",
    "Memberships",
    "Meters",
    "MirroredInvoices",
    "Movements",
    "MultipartUploads",
    "ObjectChecks",
    "ObjectReader",
    "ObjectSweeps",
    "ObjectWriter",
    "Objects",
    "OidcClient",
    "OneTimeTokens",
    "OpenCheckouts",
    "OrganizationDomains",
    "Organizations",
    "Partitions",
    "Passkeys",
    "PlainHasher",
    "Readiness",
    "Records",
    "RecoveryCodes",
    "Reports",
    "Roles",
    "Rollups",
    "ScanEvents",
    "SecretBoxes",
    "Sessions",
    "Shelf",
    "SigningKeys",
    "SsoConnections",
    "SsoTransactions",
    "StatsEvents",
    "StatsMeters",
    "StatsNumbers",
    "StorageData",
    "Store",
    "Subscriptions",
    "TextRecords",
    "Throttle",
    "TotpFactors",
    "Transaction",
    "Usages",
    "Users",
    "WebhookEndpoints",
    "Worker",
)
