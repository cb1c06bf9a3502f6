from core.models import Actor
from core.ports import Clock
from core.service import UseCase
from core.storage import constants, ports, schemas


class AbortStaleMultiparts(UseCase):
    """Forget parts that the store has been keeping for days: they cost, and nobody sees them."""

    multipart_uploads: ports.MultipartUploads
    clock: Clock

    async def __call__(self, job: schemas.AbortStaleMultiparts, actor: Actor) -> int:
        before = self.clock.now() - constants.MULTIPART_OPEN_FOR - constants.REPLAY_SKEW
        stale = await self.multipart_uploads.begun(before)
        for upload in stale:
            await self.multipart_uploads.abort(upload.key, upload.upload_id)
        return len(stale)
