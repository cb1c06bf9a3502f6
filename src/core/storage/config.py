from datetime import timedelta
from typing import Literal

from core.models import Model
from core.storage import constants


class StorageConfig(Model):
    """What an installation decides about files. Sizes are in bytes."""

    max_object_bytes: int = 5 * constants.GIB
    multipart_threshold: int = 64 * constants.MIB
    default_quota: int | None = None
    upload_lifetime: timedelta = timedelta(minutes=15)
    download_lifetime: timedelta = timedelta(minutes=5)
    deleted_retention: timedelta = timedelta(days=7)
    scanner: Literal["none", "clamd", "external"] = "none"
    origins: tuple[str, ...] = ()
    """Of the browsers that send and fetch files themselves."""
