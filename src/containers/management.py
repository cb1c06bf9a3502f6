"""The ports of management, a line each."""

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres
from adapters.templates import Templates
from containers.kernel import Kernel
from containers.stats import Stats
from core.management.collections import ports as collections_ports
from core.management.records import ports as records_ports


def itself[A](adapter: A) -> A:
    """Return an adapter as another port of those it is."""
    return adapter


class Management(Stats):
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
