"""The ports of feature flags, a line each."""

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import postgres
from containers.kernel import Kernel
from containers.management import Nouns
from core.management.flags import ports as flags_ports


class Flags(Nouns):
    """What is switched on, and for whom."""

    flags: Provider[flags_ports.Flags] = providers.Singleton(postgres.Flags, Kernel.database)
