from adapters.memory.storage.buckets import Buckets
from adapters.memory.storage.bytes import MultipartUploads, ObjectReader, ObjectWriter, Shelf
from adapters.memory.storage.object_sweeps import ObjectChecks, ObjectSweeps
from adapters.memory.storage.objects import Objects
from adapters.memory.storage.usages import ScanEvents, StorageData, Usages

__all__ = (
    "Buckets",
    "MultipartUploads",
    "ObjectChecks",
    "ObjectReader",
    "ObjectSweeps",
    "ObjectWriter",
    "Objects",
    "ScanEvents",
    "Shelf",
    "StorageData",
    "Usages",
)
