from adapters.memory.management.collections import Collections, DeletedCollections
from adapters.memory.management.contents import Contents
from adapters.memory.management.records import Records

__all__ = ("Collections", "Contents", "DeletedCollections", "Records")
