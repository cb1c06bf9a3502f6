from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase
from core.storage import constants, exceptions, policies, ports, schemas
from core.storage.assembly import Assembly
from core.storage.models import Stored, StoredObject
from core.storage.settlement import Settlement


class CompleteUpload(UseCase):
    """Verify what arrived and make it available; repeating it changes nothing.

    A large file with a checksum that the store did not check is verified by a job: its status is
    `verifying` until then. One that must be scanned first is `scanning`.
    """

    objects: ports.Objects
    assembly: Assembly
    settlement: Settlement
    transaction: Transaction
    jobs: Jobs
    clock: Clock

    async def __call__(self, command: schemas.CompleteUpload, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.upload(self.objects, organization_id, command.id)
        if stored.status in {"verifying", "scanning", "available"}:
            return schemas.ObjectView.of(stored)
        policies.check_open(stored)
        arrived = await self.assembly.arrived(stored, command.completion.parts)
        verifying = stored.moved("verifying", self.clock.now())
        if not await self.objects.move(stored, verifying):
            raise exceptions.UploadNotOpen
        found = await self.assembly.whole(verifying, arrived)
        if _slow(verifying, found):
            await self._settle_later(verifying)
            return schemas.ObjectView.of(verifying)
        return schemas.ObjectView.of(await self.settlement(verifying, actor, found))

    async def _settle_later(self, stored: StoredObject) -> None:
        async with self.transaction():
            await self.jobs.defer(
                schemas.SettleUpload(organization_id=stored.organization_id, object_id=stored.id)
            )


def _slow(stored: StoredObject, found: Stored) -> bool:
    """Tell whether its bytes have to be read from end to end, and are many."""
    unchecked = stored.sha256 is not None and found.sha256 is None
    return unchecked and stored.size > constants.DIGESTED_AT_ONCE
