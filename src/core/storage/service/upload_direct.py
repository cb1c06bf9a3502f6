from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.admission import Admission
from core.storage.intake import Intake


class UploadDirect(UseCase):
    """Upload a file through us, in one request: for clients that can't reach the store."""

    buckets: ports.Buckets
    object_writer: ports.ObjectWriter
    admission: Admission
    intake: Intake

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
        written = self.object_writer.put(
            stored.key,
            command.chunks,
            size=command.size,
            content_type=command.content_type,
            sha256=command.checksum_sha256,
        )
        return schemas.ObjectView.of(await self.intake(stored, written, actor))
