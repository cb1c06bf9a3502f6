"""Stripe, by its own library (https://docs.stripe.com/api), which is loaded when it is asked."""

from adapters.stripe.checkouts import Checkouts
from adapters.stripe.client import Stripe
from adapters.stripe.customers import Customers, TestClocks
from adapters.stripe.events import Endpoints, ProviderEvents
from adapters.stripe.payments import Invoices, PaymentMethods, Refunds
from adapters.stripe.shop import Shop, UsageReports
from adapters.stripe.subscriptions import SubscriptionReader, SubscriptionWriter
from adapters.stripe.webhooks import WebhookVerifier
from core.billing.provider import PaymentProvider

__all__ = ("Stripe", "WebhookVerifier", "payment_provider")


def payment_provider(stripe: Stripe, environment: str) -> PaymentProvider:
    """Return all that Stripe does for one installation, which `environment` names."""
    return PaymentProvider(
        customers=Customers(stripe, environment),
        checkouts=Checkouts(stripe),
        subscription_reader=SubscriptionReader(stripe),
        subscription_writer=SubscriptionWriter(stripe),
        invoices=Invoices(stripe),
        refunds=Refunds(stripe),
        payment_methods=PaymentMethods(stripe),
        provider_events=ProviderEvents(stripe),
        shop=Shop(stripe, environment),
        usage_reports=UsageReports(stripe),
        endpoints=Endpoints(stripe),
        test_clocks=TestClocks(stripe, environment),
    )
