from core.management.collections import constants, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class PurgeCollections(UseCase):
    """Erase what is left of collections that were deleted 30 days ago, some records at a time."""

    deleted_collections: ports.DeletedCollections
    contents: ports.Contents
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: schemas.PurgeCollections, actor: Actor) -> None:
        due = self.clock.now() - constants.KEPT_DELETED
        for gone in await self.deleted_collections.before(due, limit=constants.BATCH):
            while await self.contents.erase(gone, limit=constants.BATCH):
                pass
            async with self.transaction():
                await self.deleted_collections.remove(gone)
                await self.audit.record(
                    actor,
                    "collection.purged",
                    target=("collection", gone.id),
                    organization_id=gone.organization_id,
                    key=gone.key,
                )
