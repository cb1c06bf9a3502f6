from datetime import timedelta

from core.exceptions import Unavailable
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, ports, schemas
from core.storage.models import StoredObject


class PurgeObjects(UseCase):
    """Remove the bytes of what was deleted, rejected or given up, and leave a tombstone.

    The row goes on telling what happened. It never goes before the bytes: if the store does not
    answer, it is tried again later.
    """

    object_sweeps: ports.ObjectSweeps
    objects: ports.Objects
    object_writer: ports.ObjectWriter
    multipart_uploads: ports.MultipartUploads
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.PurgeObjects, actor: Actor) -> int:
        count = 0
        while batch := await self.object_sweeps.purgeable(self.clock.now(), limit=constants.BATCH):
            for stored in batch:
                count += await self._purge(stored, actor)
        return count

    async def _purge(self, stored: StoredObject, actor: Actor) -> bool:
        pause = constants.PURGE_RETRY * 2 ** min(stored.purge_attempts, 8)
        retry_at = self.clock.now() + min(pause, timedelta(days=1))
        claimed = await self.object_sweeps.claim(stored, retry_at)
        if claimed is None:
            return False
        try:
            if claimed.store_upload_id is not None:
                await self.multipart_uploads.abort(claimed.key, claimed.store_upload_id)
            for key in filter(None, (claimed.key, claimed.tail)):
                await self.object_writer.delete(key)
        except Unavailable:
            return False
        after = claimed.moved("purged", self.clock.now())
        async with self.transaction():
            if not await self.objects.move(claimed, after):
                return False
            await self.audit.record(
                actor,
                "object.purged",
                target=("object", stored.id),
                organization_id=stored.organization_id,
            )
        return True
