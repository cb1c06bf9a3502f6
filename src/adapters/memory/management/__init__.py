from adapters.memory.management.collections import Collections, DeletedCollections

__all__ = ("Collections", "DeletedCollections")
