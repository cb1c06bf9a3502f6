"""The ports of management, a line each."""

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import clickhouse, postgres
from adapters.templates import Templates
from containers.accounts import Accounts, together
from containers.kernel import Kernel
from containers.stats import STORE, Stats
from containers.storage import Storage
from core import ports
from core.accounts.privacy import ports as privacy
from core.mails import ports as mails
from core.management.collections import ports as collections_ports
from core.management.operations import ports as operations
from core.management.records import ports as records_ports
from core.management.settings import ports as kept
from core.management.settings.branding import Branding
from core.management.switches import ports as switching
from core.management.switches.board import Switchboard


def itself[A](adapter: A) -> A:
    """Return an adapter as another port of those it is."""
    return adapter


class Management(Stats):
    """What operators run the service by."""

    kept_settings: Provider[kept.KeptSettings] = providers.Singleton(
        postgres.KeptSettings, Kernel.database
    )
    branding: Provider[mails.Branding] = providers.Singleton(
        Branding, kept_settings, Kernel.mail_config, Kernel.clock
    )
    settings_data: Provider[privacy.PersonalData] = providers.Singleton(
        postgres.SettingsData, Kernel.database
    )
    personal_data: Provider[tuple[privacy.PersonalData, ...]] = providers.Singleton(
        together, Accounts.account_data, Storage.storage_data, settings_data
    )
    switches: Provider[switching.Switches] = providers.Singleton(postgres.Switches, Kernel.database)
    switchboard: Provider[ports.Switchboard] = providers.Singleton(
        Switchboard, switches, Kernel.clock
    )
    account_figures: Provider[operations.AccountFigures] = providers.Singleton(
        postgres.AccountFigures, Kernel.database
    )
    subscription_figures: Provider[operations.SubscriptionFigures] = providers.Singleton(
        postgres.SubscriptionFigures, Kernel.database
    )
    file_figures: Provider[operations.FileFigures] = providers.Singleton(
        postgres.FileFigures, Kernel.database
    )
    event_figures: Provider[operations.EventFigures] = providers.Selector(
        STORE,
        postgres=providers.Singleton(postgres.EventFigures, Kernel.database),
        clickhouse=providers.Singleton(clickhouse.EventFigures, Stats.columns),
    )
    webhook_figures: Provider[operations.WebhookFigures] = providers.Singleton(
        postgres.WebhookFigures, Kernel.database
    )


class Nouns(Management):
    """What the product team runs by itself."""

    collections: Provider[collections_ports.Collections] = providers.Singleton(
        postgres.Collections, Kernel.database
    )
    known_collections: Provider[collections_ports.KnownCollections] = providers.Singleton(
        itself, collections
    )
    deleted_collections: Provider[collections_ports.DeletedCollections] = providers.Singleton(
        postgres.DeletedCollections, Kernel.database
    )
    record_imports: Provider[records_ports.Imports] = providers.Singleton(
        postgres.RecordImports, Kernel.database
    )
    record_index: Provider[records_ports.RecordIndex] = providers.Singleton(
        postgres.RecordIndex, Kernel.database
    )
    record_members: Provider[records_ports.Members] = providers.Singleton(
        postgres.RecordMembers, Kernel.database
    )
    record_notices: Provider[records_ports.Notices] = providers.Singleton(
        postgres.RecordNotices, Kernel.database, Kernel.settings.provided.service_url.call()
    )
    records: Provider[records_ports.Records] = providers.Singleton(
        postgres.Records, Kernel.database
    )
    contents: Provider[collections_ports.Contents] = providers.Singleton(
        postgres.Contents, Kernel.database
    )
    collection_templates: Provider[collections_ports.Templates] = providers.Singleton(Templates)
