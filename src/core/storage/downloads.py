from datetime import timedelta

from core.service import Collaborator
from core.storage import policies, ports, serving
from core.storage.config import StorageConfig
from core.storage.models import SignedRequest, StoredObject
from core.storage.serving import Disposition


class DownloadAddresses(Collaborator):
    """Where a file can be downloaded for a while, by whoever has the address."""

    url_signer: ports.UrlSigner
    storage_config: StorageConfig

    def __call__(
        self,
        stored: StoredObject,
        *,
        expires_in: int | None = None,
        disposition: Disposition | None = None,
        filename: str | None = None,
    ) -> SignedRequest:
        """Sign a download for `expires_in` seconds; raise if the file can't be downloaded now."""
        policies.check_downloadable(stored)
        shown = serving.present(
            stored.content_type, stored.detected_type, filename or stored.filename, disposition
        )
        usual = self.storage_config.download_lifetime
        lifetime = timedelta(seconds=expires_in) if expires_in else usual
        return self.url_signer.get(stored.key, **shown.model_dump(), lifetime=lifetime)
