"""Where every port meets its adapter, a line each."""

from containers.flags import Flags as Container
from containers.memory import InMemoryContainer
from containers.served import ServedFromMemory

__all__ = ("Container", "InMemoryContainer", "ServedFromMemory")
