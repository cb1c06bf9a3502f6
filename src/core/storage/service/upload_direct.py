from core.models import Actor
from core.ports import Clock
from core.service import UseCase
from core.storage import constants, exceptions, policies, ports, schemas
from core.storage.admission import Admission
from core.storage.settlement import Settlement


class UploadDirect(UseCase):
    """Upload a file through us, in one request: for clients that can't reach the store."""

    buckets: ports.Buckets
    objects: ports.Objects
    object_writer: ports.ObjectWriter
    admission: Admission
    settlement: Settlement
    clock: Clock

    async def __call__(self, command: schemas.DirectUpload, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        bucket = await policies.bucket_named(self.buckets, organization_id, command.bucket)
        stored = await self.admission(
            bucket,
            actor,
            method="proxy",
            size=command.size,
            content_type=command.content_type,
            filename=command.filename,
            sha256=command.checksum_sha256,
        )
        try:
            found = await self.object_writer.put(
                stored.key,
                command.chunks,
                size=command.size,
                content_type=command.content_type,
                sha256=command.checksum_sha256,
            )
        except BaseException:
            await self.admission.withdraw(stored)
            raise
        verifying = stored.moved("verifying", self.clock.now())
        if not await self.objects.move(stored, verifying):
            raise exceptions.UploadNotOpen
        return schemas.ObjectView.of(await self.settlement(verifying, actor, found))
