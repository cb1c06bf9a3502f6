"""A payment provider of our own, for development and tests: pays for whatever is clicked.

It knows customers, pages, subscriptions and invoices as a real one does, lets time pass by the
clock, answers a repeated write as it did the first time, and fails as it is told to.
"""

from adapters.sandbox.checkouts import Checkouts
from adapters.sandbox.ledger import Fault, Ledger
from adapters.sandbox.payments import Invoices, PaymentMethods
from adapters.sandbox.shop import Customers, ProviderEvents, Shop
from adapters.sandbox.state import DECLINED, DECLINED_LATER
from adapters.sandbox.subscriptions import SubscriptionReader, SubscriptionWriter

__all__ = (
    "DECLINED",
    "DECLINED_LATER",
    "Checkouts",
    "Customers",
    "Fault",
    "Invoices",
    "Ledger",
    "PaymentMethods",
    "ProviderEvents",
    "Shop",
    "SubscriptionReader",
    "SubscriptionWriter",
)
