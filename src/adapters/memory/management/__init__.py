from adapters.memory.management.collections import Collections, DeletedCollections
from adapters.memory.management.contents import Contents

__all__ = ("Collections", "Contents", "DeletedCollections")
