from core.exceptions import CoreError
from core.models import Actor
from core.service import UseCase
from core.storage import constants, exceptions, lifecycle, ports, schemas
from core.storage.downloads import DownloadAddresses
from core.storage.models import ObjectId, StoredObject


class MakeDownloadUrls(UseCase):
    """Sign addresses of many files at once; one that can't be downloaded fails alone."""

    objects: ports.Objects
    downloads: DownloadAddresses

    async def __call__(
        self, command: schemas.MakeDownloadUrls, actor: Actor
    ) -> schemas.DownloadResults:
        organization_id = actor.require(constants.OBJECTS_READ)
        found = await self.objects.some(organization_id, command.ids)
        known = {stored.id: stored for stored in found if stored.status in lifecycle.SHOWN}
        return schemas.DownloadResults(
            results=[self._result(one, known.get(one), command) for one in command.ids]
        )

    def _result(
        self, object_id: ObjectId, stored: StoredObject | None, command: schemas.MakeDownloadUrls
    ) -> schemas.DownloadResult:
        try:
            if stored is None:
                raise exceptions.ObjectNotFound
            signed = self.downloads(
                stored, expires_in=command.expires_in, disposition=command.disposition
            )
        except CoreError as refused:
            return schemas.DownloadResult(id=object_id, code=refused.code)
        return schemas.DownloadResult(id=object_id, url=signed.url, expires_at=signed.expires_at)
