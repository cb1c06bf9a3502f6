from datetime import timedelta

from core.models import Actor
from core.service import UseCase
from core.storage import constants, policies, ports, schemas, serving
from core.storage.config import StorageConfig


class MakeDownloadUrl(UseCase):
    """Sign an address from which a file can be downloaded for a while, by whoever has it."""

    objects: ports.Objects
    url_signer: ports.UrlSigner
    storage_config: StorageConfig

    async def __call__(self, command: schemas.MakeDownloadUrl, actor: Actor) -> schemas.DownloadUrl:
        organization_id = actor.require(constants.OBJECTS_READ)
        stored = await policies.shown_object(self.objects, organization_id, command.id)
        policies.check_downloadable(stored)
        options = command.options
        shown = serving.present(
            stored.content_type,
            stored.detected_type,
            options.filename or stored.filename,
            options.disposition,
        )
        lifetime = (
            timedelta(seconds=options.expires_in)
            if options.expires_in
            else self.storage_config.download_lifetime
        )
        signed = self.url_signer.get(stored.key, **shown.model_dump(), lifetime=lifetime)
        return schemas.DownloadUrl(url=signed.url, expires_at=signed.expires_at)
