from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas


class ListParts(UseCase):
    """List the parts that arrived, so that an upload can go on where it broke off."""

    objects: ports.Objects
    multipart_uploads: ports.MultipartUploads

    async def __call__(
        self, command: schemas.UploadReference, actor: Actor
    ) -> schemas.ArrivedParts:
        organization_id = actor.require(constants.OBJECTS_WRITE)
        stored = await policies.upload(self.objects, organization_id, command.id)
        policies.check_open(stored)
        if stored.store_upload_id is None:
            return schemas.ArrivedParts(parts=[])
        parts = await self.multipart_uploads.parts(stored.key, stored.store_upload_id)
        return schemas.ArrivedParts(parts=parts)
