from collections.abc import AsyncIterator

from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.finishing import Finishing
from core.storage.gathering import Gathering
from core.storage.models import StoredObject
from core.storage.streams import at_most, checked


class AppendToUpload(UseCase):
    """Go on with a resumable upload. Whatever came before a connection broke off is kept.

    The last bytes complete it: then it is verified as every other upload is. Bytes with a checksum
    of their own go nowhere before all of them came and match.
    """

    objects: ports.Objects
    gathering: Gathering
    finishing: Finishing

    async def __call__(
        self, command: schemas.AppendToUpload, actor: Actor
    ) -> schemas.ResumableView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.resumable(self.objects, organization_id, command.id)
        policies.check_offset(command.offset, stored)
        offset = stored.received
        async for offset in self.gathering.laid(stored, _coming(stored, command)):
            if offset < stored.size:
                stored = await self.gathering.reached(stored, offset)
        if offset < stored.size:
            return schemas.ResumableView.of(stored)
        finished = await self.finishing(stored, actor)
        await self.gathering.tidy(stored)
        return schemas.ResumableView.of(finished)


def _coming(stored: StoredObject, command: schemas.AppendToUpload) -> AsyncIterator[bytes]:
    chunks = at_most(command.chunks, stored.size - stored.received)
    if command.checksum is None:
        return chunks
    return checked(chunks, command.checksum.algorithm, command.checksum.digest)
