from core.exceptions import Invalid, Unsupported
from core.models import Actor
from core.service import UseCase
from core.storage import exceptions, ports, schemas
from core.storage.settlement import Settlement


class SettleUpload(UseCase):
    """Verify what took too long to verify while its client waited."""

    objects: ports.Objects
    settlement: Settlement

    async def __call__(self, job: schemas.SettleUpload, actor: Actor) -> None:
        stored = await self.objects.get(job.organization_id, job.object_id)
        if stored is None or stored.status != "verifying":
            return
        try:
            await self.settlement(stored, actor.within(job.organization_id))
        except (Invalid, Unsupported, exceptions.UploadNotOpen):
            return  # it was rejected, or somebody else was faster: its status tells
