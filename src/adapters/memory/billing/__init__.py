"""What the billing module remembers, in dictionaries."""

from adapters.memory.billing.accounts import Accounts as BillingAccounts
from adapters.memory.billing.accounts import Subscriptions
from adapters.memory.billing.commands import Commands, KeyedLock
from adapters.memory.billing.inbox import Inbox
from adapters.memory.billing.meters import Meters
from adapters.memory.billing.mirror import Catalogues, MirroredInvoices, OpenCheckouts
from adapters.memory.billing.movements import Movements

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
