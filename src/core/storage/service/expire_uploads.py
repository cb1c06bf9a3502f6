from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, ports, schemas
from core.storage.models import StoredObject


class ExpireUploads(UseCase):
    """Free the room of uploads whose bytes never came, or were never completed."""

    object_sweeps: ports.ObjectSweeps
    objects: ports.Objects
    multipart_uploads: ports.MultipartUploads
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.ExpireUploads, actor: Actor) -> int:
        count = 0
        while batch := await self.object_sweeps.expired(self.clock.now(), limit=constants.BATCH):
            for stored in batch:
                count += await self._expire(stored, actor)
        await self.object_sweeps.forget_requests(self.clock.now() - constants.REQUEST_REMEMBERED)
        return count

    async def _expire(self, stored: StoredObject, actor: Actor) -> bool:
        now = self.clock.now()
        after = stored.moved("expired", now, purge_after=stored.purged_after(now))
        async with self.transaction():
            if not await self.objects.move(stored, after):
                return False
            await self.audit.record(
                actor,
                "object.expired",
                target=("object", stored.id),
                organization_id=stored.organization_id,
            )
        return True
