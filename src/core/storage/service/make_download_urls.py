from datetime import timedelta

from core.exceptions import CoreError
from core.models import Actor
from core.service import UseCase
from core.storage import constants, exceptions, lifecycle, policies, ports, schemas, serving
from core.storage.config import StorageConfig
from core.storage.models import ObjectId, StoredObject


class MakeDownloadUrls(UseCase):
    """Sign addresses of many files at once; one that can't be downloaded fails alone."""

    objects: ports.Objects
    url_signer: ports.UrlSigner
    storage_config: StorageConfig

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
            policies.check_downloadable(stored)
        except CoreError as refused:
            return schemas.DownloadResult(id=object_id, code=refused.code)
        shown = serving.present(
            stored.content_type, stored.detected_type, stored.filename, command.disposition
        )
        lifetime = (
            timedelta(seconds=command.expires_in)
            if command.expires_in
            else self.storage_config.download_lifetime
        )
        signed = self.url_signer.get(stored.key, **shown.model_dump(), lifetime=lifetime)
        return schemas.DownloadResult(id=object_id, url=signed.url, expires_at=signed.expires_at)
