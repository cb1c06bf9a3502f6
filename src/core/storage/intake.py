from collections.abc import Awaitable

from core.models import Actor
from core.ports import Clock
from core.service import Collaborator
from core.storage import exceptions, ports
from core.storage.admission import Admission
from core.storage.models import Stored, StoredObject
from core.storage.settlement import Settlement


class Intake(Collaborator):
    """How bytes that come through us, not straight to the store, become a file."""

    objects: ports.Objects
    admission: Admission
    settlement: Settlement
    clock: Clock

    async def __call__(
        self, stored: StoredObject, written: Awaitable[Stored], actor: Actor
    ) -> StoredObject:
        """Wait until the bytes of a pending object are written, and publish it.

        If they are not, whatever the reason, its room is free at once.
        """
        try:
            found = await written
        except BaseException:
            await self.admission.withdraw(stored)
            raise
        verifying = stored.moved("verifying", self.clock.now())
        if not await self.objects.move(stored, verifying):
            raise exceptions.UploadNotOpen
        return await self.settlement(verifying, actor, found)
