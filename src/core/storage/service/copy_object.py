from core.models import Actor
from core.ports import Clock
from core.service import UseCase
from core.storage import constants, exceptions, policies, ports, schemas
from core.storage.admission import Admission
from core.storage.settlement import Settlement


class CopyObject(UseCase):
    """Copy a file inside of the store, under the rules of the bucket that it goes to."""

    buckets: ports.Buckets
    objects: ports.Objects
    object_writer: ports.ObjectWriter
    admission: Admission
    settlement: Settlement
    clock: Clock

    async def __call__(self, command: schemas.CopyObject, actor: Actor) -> schemas.ObjectView:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        actor.require(constants.OBJECTS_READ)
        source = await policies.shown_object(self.objects, organization_id, command.id)
        policies.check_downloadable(source)
        bucket = await policies.bucket_named(
            self.buckets, organization_id, command.target.bucket or source.bucket
        )
        stored = await self.admission(
            bucket,
            actor,
            method="copy",
            size=source.size,
            content_type=source.content_type,
            filename=command.target.filename or source.filename,
            sha256=source.sha256,
            metadata=source.metadata,
        )
        try:
            found = await self.object_writer.copy(source.key, stored.key, stored.content_type)
        except BaseException:
            await self.admission.withdraw(stored)
            raise
        verifying = stored.moved("verifying", self.clock.now())
        if not await self.objects.move(stored, verifying):
            raise exceptions.UploadNotOpen
        return schemas.ObjectView.of(await self.settlement(verifying, actor, found))
