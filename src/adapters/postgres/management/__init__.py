from adapters.postgres.management.collections import Collections, DeletedCollections
from adapters.postgres.management.contents import Contents

__all__ = ("Collections", "Contents", "DeletedCollections")
