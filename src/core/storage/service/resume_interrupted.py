from core.exceptions import CoreError
from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase
from core.storage import constants, exceptions, ports, schemas
from core.storage.assembly import Assembly
from core.storage.models import StoredObject
from core.storage.settlement import Settlement


class ResumeInterrupted(UseCase):
    """Take up verifications that a process died over, and scans that nobody answered."""

    object_sweeps: ports.ObjectSweeps
    objects: ports.Objects
    assembly: Assembly
    settlement: Settlement
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.ResumeInterrupted, actor: Actor) -> int:
        now = self.clock.now()
        stuck = await self.object_sweeps.unsettled(
            now - constants.SETTLED_WITHIN, limit=constants.BATCH
        )
        for stored in stuck:
            await self._resume(stored, actor.within(stored.organization_id))
        unscanned = await self.object_sweeps.unscanned(
            now - constants.SCANNED_WITHIN, limit=constants.BATCH
        )
        for stored in unscanned:
            scan = schemas.ScanObject(organization_id=stored.organization_id, object_id=stored.id)
            async with self.transaction():
                await self.jobs.defer(scan, lock=f"storage.scan/{stored.id}")
        return len(stuck) + len(unscanned)

    async def _resume(self, stored: StoredObject, actor: Actor) -> None:
        try:
            arrived = await self.assembly.arrived(stored, None)
            found = await self.assembly.whole(stored, arrived)
            await self.settlement(stored, actor, found)
        except (exceptions.BytesMissing, exceptions.PartsInvalid, exceptions.UploadNotFound):
            await self.objects.move(stored, stored.moved("pending", self.clock.now(), received=0))
        except CoreError:
            return  # rejected, or the store is not answering: then it comes again
