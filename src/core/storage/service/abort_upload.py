from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.storage import constants, exceptions, policies, ports, schemas


class AbortUpload(UseCase):
    """Give up an upload and the room that was kept for it; repeating it changes nothing."""

    objects: ports.Objects
    multipart_uploads: ports.MultipartUploads
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UploadReference, actor: Actor) -> None:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.upload(self.objects, organization_id, command.id)
        if stored.status in {"aborted", "expired", "rejected"}:
            return
        policies.check_open(stored)
        now = self.clock.now()
        after = stored.moved("aborted", now, purge_after=stored.purged_after(now))
        async with self.transaction():
            if not await self.objects.move(stored, after):
                raise exceptions.UploadNotOpen
            await self.audit.record(actor, "object.aborted", target=("object", stored.id))
        if stored.store_upload_id is not None:
            await self.multipart_uploads.abort(stored.key, stored.store_upload_id)
