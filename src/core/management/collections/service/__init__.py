"""Everything that can be done with collections."""

from core.management.collections.service.apply_collections import ApplyCollections
from core.management.collections.service.create_collection import CreateCollection
from core.management.collections.service.delete_collection import DeleteCollection
from core.management.collections.service.get_collection import GetCollection
from core.management.collections.service.get_collection_openapi import GetCollectionOpenapi
from core.management.collections.service.get_collection_schema import GetCollectionSchema
from core.management.collections.service.list_collection_templates import ListCollectionTemplates
from core.management.collections.service.list_collections import ListCollections
from core.management.collections.service.migrate_collection import MigrateCollection
from core.management.collections.service.plan_collection import PlanCollection
from core.management.collections.service.purge_collections import PurgeCollections
from core.management.collections.service.restore_collection import RestoreCollection
from core.management.collections.service.update_collection import UpdateCollection

__all__ = (
    "ApplyCollections",
    "CreateCollection",
    "DeleteCollection",
    "GetCollection",
    "GetCollectionOpenapi",
    "GetCollectionSchema",
    "ListCollectionTemplates",
    "ListCollections",
    "MigrateCollection",
    "PlanCollection",
    "PurgeCollections",
    "RestoreCollection",
    "UpdateCollection",
)
