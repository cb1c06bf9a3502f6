from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.admission import Admission
from core.storage.intake import Intake


class CopyObject(UseCase):
    """Copy a file inside of the store, under the rules of the bucket that it goes to."""

    buckets: ports.Buckets
    objects: ports.Objects
    object_writer: ports.ObjectWriter
    admission: Admission
    intake: Intake

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
        written = self.object_writer.copy(source.key, stored.key, stored.content_type)
        return schemas.ObjectView.of(await self.intake(stored, written, actor))
