from collections.abc import AsyncIterator

from core.service import Collaborator
from core.storage import exceptions, ports
from core.storage.models import StoredObject
from core.storage.parts import PartPlan
from core.storage.streams import batched


class Gathering(Collaborator):
    """How bytes that come by and by, as many as there happen to be, become parts of one length.

    What is too little for a part lies beside, as an object of its own, until more comes.
    """

    object_checks: ports.ObjectChecks
    object_reader: ports.ObjectReader
    object_writer: ports.ObjectWriter
    multipart_uploads: ports.MultipartUploads

    async def laid(self, stored: StoredObject, chunks: AsyncIterator[bytes]) -> AsyncIterator[int]:
        """Put what comes behind what is there; each time some lies safely, yield how far."""
        plan, upload_id = stored.plan, stored.store_upload_id
        if plan is None or upload_id is None:
            raise exceptions.UploadNotOpen
        held = await self._held(stored, plan)
        at = stored.received - len(held)
        async for piece in batched(_behind(held, chunks), plan.size):
            number, at = at // plan.size + 1, at + len(piece)
            if len(piece) == plan.length(number):
                await self.multipart_uploads.put(
                    stored.key, upload_id, number, _one(piece), size=len(piece)
                )
            elif at > stored.received:
                await self._put_beside(stored.evolve(received=at), piece)
            yield at

    async def reached(self, stored: StoredObject, offset: int) -> StoredObject:
        """Note how far the upload came; raise OffsetMismatch if somebody else went on with it."""
        if offset == stored.received:
            return stored
        if not await self.object_checks.keep_received(stored, offset):
            raise exceptions.OffsetMismatch
        await self.tidy(stored)
        return stored.evolve(received=offset)

    async def tidy(self, stored: StoredObject) -> None:
        """Remove what lay beside and is part of the upload by now."""
        if stored.tail is not None:
            await self.object_writer.delete(stored.tail)

    async def _held(self, stored: StoredObject, plan: PartPlan) -> bytes:
        if stored.tail is None:
            return b""
        return await self.object_reader.read(stored.tail, 0, plan.size)

    async def _put_beside(self, reached: StoredObject, piece: bytes) -> None:
        """What is there already is of a request that was refused, or died: it does not count."""
        key = reached.tail or ""
        await self.object_writer.delete(key)
        await self.object_writer.put(
            key, _one(piece), size=len(piece), content_type="application/octet-stream"
        )


async def _one(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


async def _behind(held: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield held
    async for chunk in chunks:
        yield chunk
