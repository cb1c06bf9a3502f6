"""The ports of management, a line each."""

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres
from adapters.templates import Templates
from containers.kernel import Kernel
from containers.stats import Stats
from core.management.collections import ports as collections_ports
from core.management.records import ports as records_ports


class Management(Stats):
    """What the product team runs by itself."""

    collections: Provider[collections_ports.Collections] = providers.Singleton(
        postgres.Collections, Kernel.database
    )
    deleted_collections: Provider[collections_ports.DeletedCollections] = providers.Singleton(
        postgres.DeletedCollections, Kernel.database
    )
    records: Provider[records_ports.Records] = providers.Singleton(
        postgres.Records, Kernel.database
    )
    contents: Provider[collections_ports.Contents] = providers.Singleton(
        postgres.Contents, Kernel.database
    )
    collection_templates: Provider[collections_ports.Templates] = providers.Singleton(Templates)
