from adapters.postgres.storage.buckets import Buckets
from adapters.postgres.storage.object_checks import ObjectChecks
from adapters.postgres.storage.object_sweeps import ObjectSweeps
from adapters.postgres.storage.objects import Objects
from adapters.postgres.storage.scan_events import ScanEvents
from adapters.postgres.storage.storage_data import StorageData
from adapters.postgres.storage.usages import Usages

__all__ = (
    "Buckets",
    "ObjectChecks",
    "ObjectSweeps",
    "Objects",
    "ScanEvents",
    "StorageData",
    "Usages",
)
