"""A payment provider of our own, for development and tests: pays for whatever is clicked.

It knows customers, pages, subscriptions and invoices as a real one does, lets time pass by the
clock, answers a repeated write as it did the first time, and fails as it is told to.
"""

from adapters.sandbox.checkouts import Checkouts
from adapters.sandbox.clocks import TestClocks
from adapters.sandbox.ledger import Fault, Ledger
from adapters.sandbox.payments import Invoices, PaymentMethods, Refunds
from adapters.sandbox.shop import Customers, Endpoints, ProviderEvents, Shop, UsageReports
from adapters.sandbox.state import CONFIRMS, DECLINED, DECLINED_LATER
from adapters.sandbox.subscriptions import SubscriptionReader, SubscriptionWriter
from core.billing.provider import PaymentProvider

__all__ = (
    "CONFIRMS",
    "DECLINED",
    "DECLINED_LATER",
    "Checkouts",
    "Fault",
    "Invoices",
    "Ledger",
    "payment_provider",
)


def payment_provider(ledger: Ledger, checkouts: Checkouts, invoices: Invoices) -> PaymentProvider:
    """Return all that the sandbox does, with what its pages are for."""
    return PaymentProvider(
        customers=Customers(ledger),
        checkouts=checkouts,
        subscription_reader=SubscriptionReader(ledger),
        subscription_writer=SubscriptionWriter(ledger),
        invoices=invoices,
        refunds=Refunds(ledger),
        payment_methods=PaymentMethods(ledger),
        provider_events=ProviderEvents(ledger),
        shop=Shop(ledger),
        usage_reports=UsageReports(ledger),
        endpoints=Endpoints(ledger),
        test_clocks=TestClocks(ledger),
    )
