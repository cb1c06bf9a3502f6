from collections.abc import Sequence

from core.models import Actor
from core.ports import Clock, Jobs, Transaction
from core.service import Collaborator
from core.storage import constants, exceptions, ports, schemas
from core.storage.assembly import Assembly
from core.storage.models import Stored, StoredObject
from core.storage.settlement import Settlement


class Finishing(Collaborator):
    """How an upload whose bytes all went to the store comes to its end.

    A large file with a checksum that the store did not check is verified by a job: its status is
    `verifying` until then.
    """

    objects: ports.Objects
    assembly: Assembly
    settlement: Settlement
    transaction: Transaction
    jobs: Jobs
    clock: Clock

    async def __call__(
        self,
        stored: StoredObject,
        actor: Actor,
        sent: Sequence[schemas.SentPart] | None = None,
    ) -> StoredObject:
        """Raise BytesMissing, PartsInvalid, UploadNotOpen, or what is wrong with the bytes."""
        arrived = await self.assembly.arrived(stored, sent)
        verifying = stored.moved("verifying", self.clock.now(), received=stored.size)
        if not await self.objects.move(stored, verifying):
            raise exceptions.UploadNotOpen
        found = await self.assembly.whole(verifying, arrived)
        if not _slow(verifying, found):
            return await self.settlement(verifying, actor, found)
        async with self.transaction():
            await self.jobs.defer(
                schemas.SettleUpload(organization_id=stored.organization_id, object_id=stored.id)
            )
        return verifying


def _slow(stored: StoredObject, found: Stored) -> bool:
    """Tell whether its bytes have to be read from end to end, and are many."""
    unchecked = stored.sha256 is not None and found.sha256 is None
    return unchecked and stored.size > constants.DIGESTED_AT_ONCE
