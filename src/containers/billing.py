"""The ports of the billing module, a line each."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres, sandbox, stripe
from adapters.nobody import nobody
from adapters.seating import PaidSeats
from containers.accounts import together
from containers.kernel import Kernel
from containers.storage import Storage
from core.accounts import ports as accounts
from core.accounts.closing import ports as closing
from core.billing import ports as billing
from core.billing import provider
from core.billing.config import BillingConfig
from core.billing.erasure import OrganizationPayments
from core.billing.standing import BillingStanding
from core.ports import Clock
from core.telemetry import Tracer
from settings import Settings


def _billing_config(settings: Settings) -> BillingConfig:
    urls = (settings.app_url or settings.public_url, settings.public_url)
    own = dict.fromkeys(urlsplit(url).hostname or "" for url in urls)
    return BillingConfig(
        enabled=settings.billing != "off",
        live=settings.live,
        environment=settings.environment,
        return_hosts=settings.billing_return_hosts or tuple(own),
        grace=timedelta(days=settings.billing_grace_days),
    )


def paid_seats(
    accounts_: billing.Accounts,
    subscriptions: billing.Subscriptions,
    catalogues: billing.Catalogues,
    config: BillingConfig,
    clock: Clock,
) -> PaidSeats:
    standing = BillingStanding(
        billing_accounts=accounts_,
        subscriptions=subscriptions,
        catalogues=catalogues,
        billing_config=config,
        clock=clock,
    )
    return PaidSeats(standing, accounts_)


def _ledger(clock: Clock, data_dir: Path) -> sandbox.Ledger:
    return sandbox.Ledger(clock, data_dir / "billing" / "sandbox.json")


def _stripe(settings: Settings, tracer: Tracer) -> stripe.Stripe:
    key = settings.stripe_api_key.get_secret_value() if settings.stripe_api_key else ""
    return stripe.Stripe(key, tracer, base=settings.stripe_api_base)


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
    meters: Provider[billing.Meters] = providers.Singleton(postgres.Meters, Kernel.database)
    movements: Provider[billing.Movements] = providers.Singleton(
        postgres.Movements, Kernel.database
    )
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
    sandbox_invoices: Provider[sandbox.Invoices] = providers.Singleton(
        sandbox.Invoices, ledger, Kernel.settings.provided.public_url
    )
    asked_stripe: Provider[stripe.Stripe] = providers.Singleton(
        _stripe, Kernel.settings, Kernel.tracer
    )
    resources: Provider[list[AbstractAsyncContextManager[object]]] = providers.List(
        *(Kernel.pool, Kernel.pool_apart),
        Kernel.queue.provided.open_async.call(Kernel.pool),
        asked_stripe,
    )
    payment_provider: Provider[provider.PaymentProvider] = providers.Selector(
        Kernel.settings.provided.billing,
        sandbox=providers.Singleton(
            sandbox.payment_provider, ledger, sandbox_checkouts, sandbox_invoices
        ),
        stripe=providers.Singleton(
            stripe.payment_provider, asked_stripe, Kernel.settings.provided.environment
        ),
        off=providers.Singleton(nobody),
    )
    customers: Provider[provider.Customers] = payment_provider.provided.customers
    checkouts: Provider[provider.Checkouts] = payment_provider.provided.checkouts
    subscription_reader: Provider[provider.SubscriptionReader] = (
        payment_provider.provided.subscription_reader
    )
    subscription_writer: Provider[provider.SubscriptionWriter] = (
        payment_provider.provided.subscription_writer
    )
    invoices: Provider[provider.Invoices] = payment_provider.provided.invoices
    refunds: Provider[provider.Refunds] = payment_provider.provided.refunds
    payment_methods: Provider[provider.PaymentMethods] = payment_provider.provided.payment_methods
    provider_events: Provider[provider.ProviderEvents] = payment_provider.provided.provider_events
    shop: Provider[provider.Shop] = payment_provider.provided.shop
    usage_reports: Provider[provider.UsageReports] = payment_provider.provided.usage_reports
    endpoints: Provider[provider.Endpoints] = payment_provider.provided.endpoints
    test_clocks: Provider[provider.TestClocks] = payment_provider.provided.test_clocks
    seats: Provider[accounts.Seats] = providers.Singleton(
        paid_seats, billing_accounts, subscriptions, catalogues, billing_config, Kernel.clock
    )
    organization_data: Provider[tuple[closing.OrganizationData, ...]] = providers.Singleton(
        together,
        Storage.organization_files,
        providers.Singleton(
            OrganizationPayments, billing_accounts, subscription_reader, subscription_writer
        ),
    )
