from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas
from core.storage.downloads import DownloadAddresses


class MakeDownloadUrl(UseCase):
    """Sign an address from which a file can be downloaded for a while, by whoever has it."""

    objects: ports.Objects
    downloads: DownloadAddresses

    async def __call__(self, command: schemas.MakeDownloadUrl, actor: Actor) -> schemas.DownloadUrl:
        organization_id = actor.require(constants.OBJECTS_READ)
        stored = await policies.shown_object(self.objects, organization_id, command.id)
        signed = self.downloads(stored, **dict(command.options))
        return schemas.DownloadUrl(url=signed.url, expires_at=signed.expires_at)
