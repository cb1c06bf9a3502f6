from datetime import timedelta
from typing import Final

from core.models import OrganizationId
from core.ports import Clock
from core.storage import ports

AT_ONCE: Final = 1000


class OrganizationFiles:
    """The bytes that lie in the store for organizations; their rows go with the organizations'."""

    def __init__(
        self,
        reader: ports.ObjectReader,
        writer: ports.ObjectWriter,
        multipart: ports.MultipartUploads,
        clock: Clock,
    ) -> None:
        self._reader, self._writer, self._multipart = reader, writer, multipart
        self._clock = clock

    async def erase(self, organization_id: OrganizationId) -> None:
        """Remove all bytes of an organization, whatever the database says of them.

        Once they are gone, doing so again is fine; what breaks off is taken up from the beginning.
        """
        folder = f"o/{organization_id.hex}/"
        for upload in await self._multipart.begun(self._clock.now() + timedelta(days=1)):
            if upload.key.startswith(folder):
                await self._multipart.abort(upload.key, upload.upload_id)
        while keys := await self._reader.keys(f"{folder}0", limit=AT_ONCE):
            own = [one.key for one in keys if one.key.startswith(folder)]
            for key in own:
                await self._writer.delete(key)
            if len(own) < len(keys):
                return
