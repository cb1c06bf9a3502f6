from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from core.storage.constants import GIB, MIB


class StorageSettings(BaseSettings):
    """Where files are kept, and how many."""

    storage_backend: Literal["disk", "s3", "memory"] | None = Field(
        default=None, description="Where bytes lie. Empty: `s3` if a bucket is named, else `disk`."
    )
    storage_disk_root: Path | None = Field(
        default=None, description="The folder of `disk`. Empty: `storage` in DATA_DIR."
    )
    storage_disk_allow_production: bool = Field(
        default=False, description="Let production keep files on the disk of its one machine."
    )
    storage_max_object_bytes: int = Field(
        default=5 * GIB, ge=1, description="The largest file that is taken."
    )
    storage_multipart_threshold: int = Field(
        default=64 * MIB, ge=1, description="Larger files are uploaded in parts."
    )
    storage_default_quota_bytes: int | None = Field(
        default=None, ge=0, description="What an organization may hold. Empty: as much as it likes."
    )
    storage_upload_url_ttl: int = Field(
        default=900, ge=1, le=3600, description="Seconds that an upload may be begun within."
    )
    storage_download_url_ttl: int = Field(
        default=300, ge=1, le=86_400, description="Seconds that a download address holds."
    )
    storage_deleted_retention_days: int = Field(
        default=7, ge=0, description="Days within which deleted files can be restored."
    )
    storage_scanner: Literal["none", "clamd", "external"] = Field(
        default="none",
        description="Who looks for malware: ClamAV's daemon, or a scanner that calls back.",
    )
    storage_clamd_address: str = Field(
        default="127.0.0.1:3310", description="`host:port` or the socket of ClamAV's daemon."
    )
    storage_scan_secret: SecretStr | None = Field(
        default=None, description="Signs what an `external` scanner calls back with."
    )
    s3_bucket: str | None = Field(default=None, description="The bucket at S3 or the like.")
    s3_region: str = Field(default="us-east-1", description="The bucket's region.")
    s3_endpoint_url: str | None = Field(
        default=None, description="Where a store other than AWS answers us."
    )
    s3_public_endpoint_url: str | None = Field(
        default=None, description="Where it answers clients, if that is another address."
    )
    s3_addressing: Literal["virtual", "path"] | None = Field(
        default=None, description="Empty: `path` with an S3_ENDPOINT_URL, else `virtual`."
    )
    s3_key_prefix: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9._-]+/)*$",
        description="A folder in the bucket that is ours; ends with a slash.",
    )
    s3_sse: Literal["AES256", "aws:kms"] | None = Field(
        default=None, description="Have the store encrypt at rest. AWS does so in any case."
    )
    s3_kms_key_id: str | None = Field(default=None, description="The key of `aws:kms`.")
    s3_access_key_id: str | None = Field(
        default=None, description="Empty: found as boto3 does, by role or profile."
    )
    s3_secret_access_key: SecretStr | None = Field(default=None, description="Its secret.")
    s3_checksums: Literal["store", "ours"] | None = Field(
        default=None,
        description="Who proves a SHA-256. Empty: we do with an S3_ENDPOINT_URL, else the store.",
    )

    @property
    def storage(self) -> Literal["disk", "s3", "memory"]:
        """Where bytes lie."""
        return self.storage_backend or ("s3" if self.s3_bucket else "disk")
