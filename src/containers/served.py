from dependency_injector.providers import Provider

from containers.kernel import Kernel
from containers.memory import InMemoryContainer
from core.mails import ports as mails


class ServedFromMemory(InMemoryContainer):
    """In memory but for its mails: whoever signs up has to read theirs."""

    mailer: Provider[mails.Mailer] = Kernel.mailer
