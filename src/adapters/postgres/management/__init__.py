from adapters.postgres.management.collections import Collections, DeletedCollections

__all__ = ("Collections", "DeletedCollections")
