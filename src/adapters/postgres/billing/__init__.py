"""What the billing module remembers, in PostgreSQL."""

from adapters.postgres.billing.accounts import Accounts as BillingAccounts
from adapters.postgres.billing.accounts import Subscriptions
from adapters.postgres.billing.commands import Commands, KeyedLock
from adapters.postgres.billing.inbox import Inbox
from adapters.postgres.billing.meters import Meters
from adapters.postgres.billing.mirror import Catalogues, MirroredInvoices, OpenCheckouts
from adapters.postgres.billing.movements import Movements

__all__ = (
    "BillingAccounts",
    "Catalogues",
    "Commands",
    "Inbox",
    "KeyedLock",
    "Meters",
    "MirroredInvoices",
    "Movements",
    "OpenCheckouts",
    "Subscriptions",
)
