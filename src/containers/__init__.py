"""Where every port meets its adapter, a line each."""

from containers.memory import InMemoryContainer
from containers.served import ServedFromMemory
from containers.stats import Stats as Container

__all__ = ("Container", "InMemoryContainer", "ServedFromMemory")
