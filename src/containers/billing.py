"""The ports of the billing module, a line each."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres, sandbox, stripe
from adapters.nobody import Nobody
from containers.accounts import together
from containers.kernel import Kernel
from containers.storage import Storage
from core.accounts.closing import ports as closing
from core.billing import ports as billing
from core.billing import provider
from core.billing.config import BillingConfig
from core.billing.erasure import OrganizationPayments
from core.ports import Clock
from settings import Settings


def _billing_config(settings: Settings) -> BillingConfig:
    urls = (settings.app_url or settings.public_url, settings.public_url)
    own = dict.fromkeys(urlsplit(url).hostname or "" for url in urls)
    return BillingConfig(
        enabled=settings.billing == "sandbox",  # until Stripe's adapter is there
        live=settings.live,
        environment=settings.environment,
        return_hosts=settings.billing_return_hosts or tuple(own),
        grace=timedelta(days=settings.billing_grace_days),
    )


def _ledger(clock: Clock, data_dir: Path) -> sandbox.Ledger:
    return sandbox.Ledger(clock, data_dir / "billing" / "sandbox.json")


def _verifier(settings: Settings) -> stripe.WebhookVerifier:
    return stripe.WebhookVerifier(
        [secret.get_secret_value() for secret in settings.stripe_webhook_secrets]
    )


class Billing(Storage):
    """What is paid for: what is known of it, and who takes the payments."""

    billing_config: Provider[BillingConfig] = providers.Singleton(_billing_config, Kernel.settings)
    billing_accounts: Provider[billing.Accounts] = providers.Singleton(
        postgres.BillingAccounts, Kernel.database
    )
    subscriptions: Provider[billing.Subscriptions] = providers.Singleton(
        postgres.Subscriptions, Kernel.database
    )
    invoice_mirror: Provider[billing.MirroredInvoices] = providers.Singleton(
        postgres.MirroredInvoices, Kernel.database
    )
    catalogues: Provider[billing.Catalogues] = providers.Singleton(
        postgres.Catalogues, Kernel.database
    )
    open_checkouts: Provider[billing.OpenCheckouts] = providers.Singleton(
        postgres.OpenCheckouts, Kernel.database
    )
    inbox: Provider[billing.Inbox] = providers.Singleton(postgres.Inbox, Kernel.database)
    commands: Provider[billing.Commands] = providers.Singleton(postgres.Commands, Kernel.database)
    keyed_lock: Provider[billing.KeyedLock] = providers.Singleton(
        postgres.KeyedLock, Kernel.settings.provided.service_url.call()
    )
    webhook_verifier: Provider[billing.WebhookVerifier] = providers.Singleton(
        _verifier, Kernel.settings
    )

    ledger: Provider[sandbox.Ledger] = providers.Singleton(
        _ledger, Kernel.clock, Kernel.settings.provided.data_dir
    )
    sandbox_checkouts: Provider[sandbox.Checkouts] = providers.Singleton(
        sandbox.Checkouts, ledger, Kernel.settings.provided.public_url
    )
    nobody: Provider[Any] = providers.Singleton(Nobody)
    customers: Provider[provider.Customers] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.Customers, ledger),
        stripe=nobody,
        off=nobody,
    )
    checkouts: Provider[provider.Checkouts] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=sandbox_checkouts,
        stripe=nobody,
        off=nobody,
    )
    subscription_reader: Provider[provider.SubscriptionReader] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.SubscriptionReader, ledger),
        stripe=nobody,
        off=nobody,
    )
    subscription_writer: Provider[provider.SubscriptionWriter] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.SubscriptionWriter, ledger),
        stripe=nobody,
        off=nobody,
    )
    invoices: Provider[provider.Invoices] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.Invoices, ledger),
        stripe=nobody,
        off=nobody,
    )
    payment_methods: Provider[provider.PaymentMethods] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.PaymentMethods, ledger),
        stripe=nobody,
        off=nobody,
    )
    shop: Provider[provider.Shop] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.Shop, ledger),
        stripe=nobody,
        off=nobody,
    )
    provider_events: Provider[provider.ProviderEvents] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(sandbox.ProviderEvents, ledger),
        stripe=nobody,
        off=nobody,
    )
    organization_data: Provider[tuple[closing.OrganizationData, ...]] = providers.Singleton(
        together,
        Storage.organization_files,
        providers.Singleton(
            OrganizationPayments, billing_accounts, subscription_reader, subscription_writer
        ),
    )
