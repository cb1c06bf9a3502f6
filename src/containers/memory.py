"""Every port once more, with nothing behind it."""

from contextlib import AbstractAsyncContextManager

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import memory, sandbox, security
from adapters.events import Events
from containers.accounts import together
from containers.billing import Billing, paid_seats
from containers.flags import Flags
from containers.management import itself
from containers.storage import Storage
from core import ports
from core.accounts import ports as accounts
from core.accounts.api_keys import ports as keys
from core.accounts.closing import ports as closing
from core.accounts.mfa import ports as mfa
from core.accounts.passkeys import ports as passkeys_ports
from core.accounts.privacy import ports as privacy
from core.accounts.sso import ports as sso
from core.billing import ports as billing
from core.billing import provider
from core.billing.erasure import OrganizationPayments
from core.jobs import ports as queued
from core.mails import ports as mails
from core.management.collections import ports as collections_ports
from core.management.flags import ports as flags_ports
from core.management.operations import ports as operations
from core.management.records import ports as records_ports
from core.management.settings import ports as kept
from core.management.settings.branding import Branding
from core.management.switches import ports as switching
from core.management.switches.board import Switchboard
from core.stats import ports as stats
from core.storage import ports as storage
from core.storage.erasure import OrganizationFiles
from core.webhooks import ports as webhooks


class InMemoryContainer(Flags):
    """The same ports with nothing behind them but dictionaries."""

    resources: Provider[list[AbstractAsyncContextManager[object]]] = providers.List()
    watched: Provider[None] = providers.Object(None)
    store: Provider[memory.Store] = providers.Singleton(memory.Store)

    transaction: Provider[ports.Transaction] = providers.Singleton(memory.Transaction, store)
    jobs: Provider[ports.Jobs] = providers.Singleton(memory.Jobs, store, Storage.clock)
    queued_jobs: Provider[queued.QueuedJobs] = providers.Singleton(memory.QueuedJobs, jobs)
    worker: Provider[ports.Worker] = providers.Singleton(
        memory.Worker, jobs, queued_jobs.provided.bury
    )
    events: Provider[ports.Events] = providers.Singleton(Events, jobs, Storage.subscribers)
    audit: Provider[ports.AuditLog] = providers.Singleton(
        memory.AuditLog, store, Storage.clock, Storage.ids
    )
    throttle: Provider[ports.Throttle] = providers.Singleton(
        memory.Throttle,
        Storage.clock,
        multiplier=Storage.settings.provided.throttle_multiplier,
    )
    idempotency_keys: Provider[ports.IdempotencyKeys] = providers.Singleton(
        memory.IdempotencyKeys, store, Storage.clock
    )
    housekeeping: Provider[ports.Housekeeping] = providers.Singleton(
        memory.Housekeeping, store, throttle
    )
    secret_boxes: Provider[ports.SecretBoxes] = providers.Singleton(memory.SecretBoxes, store)
    readiness: Provider[ports.Readiness] = providers.Singleton(memory.Readiness)
    mailer: Provider[mails.Mailer] = providers.Singleton(memory.Mailer)

    users: Provider[accounts.Users] = providers.Singleton(memory.Users, store)
    sessions: Provider[accounts.Sessions] = providers.Singleton(memory.Sessions, store)
    one_time_tokens: Provider[accounts.OneTimeTokens] = providers.Singleton(
        memory.OneTimeTokens, store
    )
    organizations: Provider[accounts.Organizations] = providers.Singleton(
        memory.Organizations, store
    )
    memberships: Provider[accounts.Memberships] = providers.Singleton(memory.Memberships, store)
    invitations: Provider[accounts.Invitations] = providers.Singleton(memory.Invitations, store)
    roles: Provider[accounts.Roles] = providers.Singleton(memory.Roles, store)
    api_keys: Provider[keys.ApiKeys] = providers.Singleton(memory.ApiKeys, store)
    signing_keys: Provider[accounts.SigningKeys] = providers.Singleton(memory.SigningKeys, store)
    data_exports: Provider[privacy.DataExports] = providers.Singleton(memory.DataExports, store)
    departing_users: Provider[privacy.DepartingUsers] = providers.Singleton(
        memory.DepartingUsers, store
    )
    departing_organizations: Provider[closing.DepartingOrganizations] = providers.Singleton(
        memory.DepartingOrganizations, store
    )
    account_data: Provider[privacy.PersonalData] = providers.Singleton(memory.AccountData, store)
    storage_data: Provider[privacy.PersonalData] = providers.Singleton(memory.StorageData, store)
    settings_data: Provider[privacy.PersonalData] = providers.Singleton(memory.SettingsData, store)
    personal_data: Provider[tuple[privacy.PersonalData, ...]] = providers.Singleton(
        together, account_data, storage_data, settings_data
    )
    hasher: Provider[accounts.PasswordHasher] = providers.Singleton(memory.PlainHasher)
    access_tokens: Provider[accounts.AccessTokens] = providers.Singleton(
        security.AccessTokens,
        signing_keys,
        Storage.secret_box,
        Storage.clock,
        Storage.ids,
        Storage.accounts_config,
    )
    login_methods: Provider[accounts.LoginMethods] = providers.Singleton(memory.LoginMethods, store)
    sso_connections: Provider[sso.SsoConnections] = providers.Singleton(
        memory.SsoConnections, store
    )
    sso_transactions: Provider[sso.SsoTransactions] = providers.Singleton(
        memory.SsoTransactions, store
    )
    organization_domains: Provider[sso.OrganizationDomains] = providers.Singleton(
        memory.OrganizationDomains, store
    )
    identities: Provider[sso.Identities] = providers.Singleton(memory.Identities, store)
    credentials: Provider[accounts.Credentials] = providers.Singleton(memory.Credentials, store)
    totp_factors: Provider[mfa.TotpFactors] = providers.Singleton(memory.TotpFactors, store)
    recovery_codes: Provider[mfa.RecoveryCodes] = providers.Singleton(memory.RecoveryCodes, store)

    passkeys: Provider[passkeys_ports.Passkeys] = providers.Singleton(memory.Passkeys, store)

    oidc_client: Provider[sso.OidcClient] = providers.Singleton(memory.OidcClient)
    text_records: Provider[sso.TextRecords] = providers.Singleton(memory.TextRecords)

    buckets: Provider[storage.Buckets] = providers.Singleton(memory.Buckets, store)
    objects: Provider[storage.Objects] = providers.Singleton(memory.Objects, store)
    object_checks: Provider[storage.ObjectChecks] = providers.Singleton(memory.ObjectChecks, store)
    object_sweeps: Provider[storage.ObjectSweeps] = providers.Singleton(memory.ObjectSweeps, store)
    usages: Provider[storage.Usages] = providers.Singleton(memory.Usages, store)
    scan_events: Provider[storage.ScanEvents] = providers.Singleton(memory.ScanEvents, store)
    object_reader: Provider[storage.ObjectReader] = providers.Singleton(
        memory.ObjectReader, Storage.shelf
    )
    multipart_uploads: Provider[storage.MultipartUploads] = providers.Singleton(
        memory.MultipartUploads, Storage.shelf
    )
    object_writer: Provider[storage.ObjectWriter] = providers.Singleton(
        memory.ObjectWriter, Storage.shelf
    )
    url_signer: Provider[storage.UrlSigner] = providers.Singleton(
        security.GrantSigner,
        Storage.secret_keys,
        Storage.clock,
        Storage.settings.provided.public_url,
    )
    organization_files: Provider[closing.OrganizationData] = providers.Singleton(
        OrganizationFiles, object_reader, object_writer, multipart_uploads, Storage.clock
    )
    billing_accounts: Provider[billing.Accounts] = providers.Singleton(
        memory.BillingAccounts, store, Storage.clock
    )
    subscriptions: Provider[billing.Subscriptions] = providers.Singleton(
        memory.Subscriptions, store
    )
    invoice_mirror: Provider[billing.MirroredInvoices] = providers.Singleton(
        memory.MirroredInvoices, store
    )
    catalogues: Provider[billing.Catalogues] = providers.Singleton(memory.Catalogues, store)
    open_checkouts: Provider[billing.OpenCheckouts] = providers.Singleton(
        memory.OpenCheckouts, store
    )
    inbox: Provider[billing.Inbox] = providers.Singleton(memory.Inbox, store)
    commands: Provider[billing.Commands] = providers.Singleton(memory.Commands, store)
    meters: Provider[billing.Meters] = providers.Singleton(memory.Meters, store)
    movements: Provider[billing.Movements] = providers.Singleton(memory.Movements, store)
    keyed_lock: Provider[billing.KeyedLock] = providers.Singleton(memory.KeyedLock)
    ledger: Provider[sandbox.Ledger] = providers.Singleton(sandbox.Ledger, Storage.clock)
    sandbox_checkouts: Provider[sandbox.Checkouts] = providers.Singleton(
        sandbox.Checkouts, ledger, Storage.settings.provided.public_url
    )
    sandbox_invoices: Provider[sandbox.Invoices] = providers.Singleton(
        sandbox.Invoices, ledger, Storage.settings.provided.public_url
    )
    payment_provider: Provider[provider.PaymentProvider] = providers.Singleton(
        sandbox.payment_provider, ledger, sandbox_checkouts, sandbox_invoices
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
        paid_seats,
        billing_accounts,
        subscriptions,
        catalogues,
        Billing.billing_config,
        Storage.clock,
    )
    organization_data: Provider[tuple[closing.OrganizationData, ...]] = providers.Singleton(
        together,
        organization_files,
        providers.Singleton(
            OrganizationPayments, billing_accounts, subscription_reader, subscription_writer
        ),
    )
    webhook_endpoints: Provider[webhooks.Endpoints] = providers.Singleton(
        memory.WebhookEndpoints, store
    )
    deliveries: Provider[webhooks.Deliveries] = providers.Singleton(memory.Deliveries, store)
    leases: Provider[webhooks.Leases] = providers.Singleton(memory.Leases, store)
    stats_events: Provider[stats.Events] = providers.Singleton(
        memory.StatsEvents, store, Storage.clock
    )
    alerts: Provider[stats.Alerts] = providers.Singleton(memory.Alerts, store)
    event_names: Provider[stats.EventNames] = providers.Singleton(memory.EventNames, store)
    journeys: Provider[stats.Journeys] = providers.Singleton(memory.Journeys, store)
    stats_numbers: Provider[stats.Numbers] = providers.Singleton(memory.StatsNumbers, store)
    stats_meters: Provider[stats.Meters] = providers.Singleton(
        memory.StatsMeters, store, Storage.clock
    )
    rollups: Provider[stats.Rollups] = providers.Singleton(memory.Rollups, store)
    partitions: Provider[stats.Partitions] = providers.Singleton(memory.Partitions)
    reports: Provider[stats.Reports] = providers.Singleton(memory.Reports, store)
    dashboards: Provider[stats.Dashboards] = providers.Singleton(memory.Dashboards, store)
    answers: Provider[stats.Answers] = providers.Singleton(memory.Answers, store)
    flags: Provider[flags_ports.Flags] = providers.Singleton(memory.Flags, store)
    kept_settings: Provider[kept.KeptSettings] = providers.Singleton(memory.KeptSettings, store)
    branding: Provider[mails.Branding] = providers.Singleton(
        Branding, kept_settings, Storage.mail_config, Storage.clock
    )
    switches: Provider[switching.Switches] = providers.Singleton(memory.Switches, store)
    switchboard: Provider[ports.Switchboard] = providers.Singleton(
        Switchboard, switches, Storage.clock
    )
    account_figures: Provider[operations.AccountFigures] = providers.Singleton(
        memory.AccountFigures, store
    )
    subscription_figures: Provider[operations.SubscriptionFigures] = providers.Singleton(
        memory.SubscriptionFigures, store
    )
    file_figures: Provider[operations.FileFigures] = providers.Singleton(memory.FileFigures, store)
    event_figures: Provider[operations.EventFigures] = providers.Singleton(
        memory.EventFigures, store
    )
    webhook_figures: Provider[operations.WebhookFigures] = providers.Singleton(
        memory.WebhookFigures, store
    )
    collections: Provider[collections_ports.Collections] = providers.Singleton(
        memory.Collections, store
    )
    known_collections: Provider[collections_ports.KnownCollections] = providers.Singleton(
        itself, collections
    )
    deleted_collections: Provider[collections_ports.DeletedCollections] = providers.Singleton(
        memory.DeletedCollections, store
    )
    record_imports: Provider[records_ports.Imports] = providers.Singleton(
        memory.RecordImports, store
    )
    record_index: Provider[records_ports.RecordIndex] = providers.Singleton(
        memory.RecordIndex, store
    )
    record_members: Provider[records_ports.Members] = providers.Singleton(
        memory.RecordMembers, store
    )
    record_notices: Provider[records_ports.Notices] = providers.Singleton(
        memory.RecordNotices, store
    )
    records: Provider[records_ports.Records] = providers.Singleton(memory.Records, store)
    contents: Provider[collections_ports.Contents] = providers.Singleton(memory.Contents, store)
