from collections.abc import Sequence

from core.exceptions import CoreError
from core.service import Collaborator
from core.storage import exceptions, ports, verifying
from core.storage.models import Part, Stored, StoredObject
from core.storage.schemas import SentPart


class Assembly(Collaborator):
    """How the bytes of an upload come to lie in the store as one object."""

    object_reader: ports.ObjectReader
    multipart_uploads: ports.MultipartUploads

    async def arrived(
        self, stored: StoredObject, sent: Sequence[SentPart] | None
    ) -> Stored | list[Part]:
        """Return the bytes if they are there, or the parts to make them of.

        Raise BytesMissing, or PartsInvalid if some part is missing or another one than was sent.
        """
        found = await self.object_reader.head(stored.key)
        if found is not None:
            return found
        if stored.plan is None or stored.store_upload_id is None:
            raise exceptions.BytesMissing
        parts = await self.multipart_uploads.parts(stored.key, stored.store_upload_id)
        verifying.check_parts(stored.plan, parts, sent)
        return parts

    async def whole(self, stored: StoredObject, arrived: Stored | list[Part]) -> Stored:
        """Return the bytes, made of their parts if need be.

        A store may make the object and yet answer with an error, so it is asked before giving up.
        """
        if isinstance(arrived, Stored):
            return arrived
        try:
            return await self.multipart_uploads.complete(
                stored.key, stored.store_upload_id or "", arrived
            )
        except CoreError:
            found = await self.object_reader.head(stored.key)
            if found is None:
                raise
            return found
