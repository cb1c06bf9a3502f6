from dataclasses import replace

from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas, serving
from core.storage.downloads import DownloadAddresses
from core.storage.models import Content


class OpenContent(UseCase):
    """Hand out a file: from where the store serves it itself, or through us."""

    objects: ports.Objects
    object_reader: ports.ObjectReader
    object_writer: ports.ObjectWriter
    downloads: DownloadAddresses

    async def __call__(self, command: schemas.ObjectReference, actor: Actor) -> Content:
        organization_id = actor.require(constants.OBJECTS_READ)
        stored = await policies.shown_object(self.objects, organization_id, command.id)
        policies.check_downloadable(stored)
        content = serving.content(stored, self.object_reader.stream)
        if not self.object_writer.capabilities.serves_itself:
            return content
        return replace(content, redirect=self.downloads(stored))
