"""The ports of the storage module, a line each."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import clamd, content, filesystem, memory, outbound, postgres, security
from containers.accounts import Accounts, together
from containers.kernel import Kernel
from core.accounts.closing import ports as closing
from core.accounts.privacy import ports as privacy
from core.storage import ports as storage
from core.storage.config import StorageConfig
from core.storage.erasure import OrganizationFiles
from core.telemetry import Tracer
from settings import Settings

if TYPE_CHECKING:
    from adapters import s3


def _storage_config(settings: Settings) -> StorageConfig:
    return StorageConfig(
        max_object_bytes=settings.storage_max_object_bytes,
        multipart_threshold=settings.storage_multipart_threshold,
        default_quota=settings.storage_default_quota_bytes,
        upload_lifetime=timedelta(seconds=settings.storage_upload_url_ttl),
        download_lifetime=timedelta(seconds=settings.storage_download_url_ttl),
        deleted_retention=timedelta(days=settings.storage_deleted_retention_days),
        scanner=settings.storage_scanner,
        origins=settings.cors_origins,
    )


def _folder(settings: Settings) -> filesystem.Folder:
    return filesystem.Folder(settings.storage_disk_root or settings.data_dir / "storage")


def _bucket(settings: Settings, tracer: Tracer) -> "s3.Bucket":
    from adapters import s3  # noqa: PLC0415 - loads boto3, which nobody else needs

    secret = settings.s3_secret_access_key
    elsewhere = settings.s3_endpoint_url is not None
    return s3.Bucket(
        s3.S3Config(
            bucket=settings.s3_bucket or "",
            region=settings.s3_region,
            endpoint_url=settings.s3_endpoint_url,
            public_endpoint_url=settings.s3_public_endpoint_url,
            addressing=settings.s3_addressing or ("path" if elsewhere else "virtual"),
            key_prefix=settings.s3_key_prefix,
            sse=settings.s3_sse,
            kms_key_id=settings.s3_kms_key_id,
            access_key_id=settings.s3_access_key_id,
            secret_access_key=secret.get_secret_value() if secret else None,
            trusts_checksums=(settings.s3_checksums or ("ours" if elsewhere else "store"))
            == "store",
        ),
        tracer,
    )


def _s3(adapter: str, *parts: Any) -> Any:
    from adapters import s3  # noqa: PLC0415 - as above

    return getattr(s3, adapter)(*parts)


def _scanner(settings: Settings) -> storage.ContentScanner:
    if settings.storage_scanner == "external" and not settings.storage_scan_secret:
        raise ValueError("CORE_STORAGE_SCAN_SECRET is missing: nobody could tell what was found.")
    if settings.storage_scanner == "clamd":
        return clamd.ClamdScanner(settings.storage_clamd_address)
    return clamd.NoScanner()


class Storage(Accounts):
    """Files: what is known of them, and where their bytes lie."""

    storage_config: Provider[StorageConfig] = providers.Singleton(_storage_config, Kernel.settings)
    buckets: Provider[storage.Buckets] = providers.Singleton(postgres.Buckets, Kernel.database)
    objects: Provider[storage.Objects] = providers.Singleton(postgres.Objects, Kernel.database)
    object_checks: Provider[storage.ObjectChecks] = providers.Singleton(
        postgres.ObjectChecks, Kernel.database
    )
    object_sweeps: Provider[storage.ObjectSweeps] = providers.Singleton(
        postgres.ObjectSweeps, Kernel.database
    )
    usages: Provider[storage.Usages] = providers.Singleton(postgres.Usages, Kernel.database)
    scan_events: Provider[storage.ScanEvents] = providers.Singleton(
        postgres.ScanEvents, Kernel.database
    )
    storage_data: Provider[privacy.PersonalData] = providers.Singleton(
        postgres.StorageData, Kernel.database
    )
    personal_data: Provider[tuple[privacy.PersonalData, ...]] = providers.Singleton(
        together, Accounts.account_data, storage_data
    )

    folder: Provider[filesystem.Folder] = providers.Singleton(_folder, Kernel.settings)
    bucket: Provider["s3.Bucket"] = providers.Singleton(_bucket, Kernel.settings, Kernel.tracer)
    shelf: Provider[memory.Shelf] = providers.Singleton(memory.Shelf, Kernel.clock)

    object_reader: Provider[storage.ObjectReader] = providers.Selector(
        Kernel.settings.provided.storage,
        disk=providers.Singleton(filesystem.ObjectReader, folder),
        memory=providers.Singleton(memory.ObjectReader, shelf),
        s3=providers.Singleton(_s3, "ObjectReader", bucket),
    )
    multipart_uploads: Provider[storage.MultipartUploads] = providers.Selector(
        Kernel.settings.provided.storage,
        disk=providers.Singleton(filesystem.MultipartUploads, folder),
        memory=providers.Singleton(memory.MultipartUploads, shelf),
        s3=providers.Singleton(_s3, "MultipartUploads", bucket),
    )
    object_writer: Provider[storage.ObjectWriter] = providers.Selector(
        Kernel.settings.provided.storage,
        disk=providers.Singleton(filesystem.ObjectWriter, folder),
        memory=providers.Singleton(memory.ObjectWriter, shelf),
        s3=providers.Singleton(_s3, "ObjectWriter", bucket, multipart_uploads),
    )
    store_rules: Provider[storage.StoreRules] = providers.Selector(
        Kernel.settings.provided.storage,
        disk=providers.Singleton(filesystem.NoRules),
        memory=providers.Singleton(filesystem.NoRules),
        s3=providers.Singleton(_s3, "BucketRules", bucket, Kernel.settings.provided.cors_origins),
    )
    outsider: Provider[storage.Outsider] = providers.Singleton(outbound.Outsider)
    grants: Provider[security.GrantSigner] = providers.Singleton(
        security.GrantSigner,
        Kernel.secret_keys,
        Kernel.clock,
        Kernel.settings.provided.public_url,
    )
    url_signer: Provider[storage.UrlSigner] = providers.Selector(
        Kernel.settings.provided.storage,
        disk=grants,
        memory=grants,
        s3=providers.Singleton(_s3, "UrlSigner", bucket, Kernel.clock),
    )
    content_sniffer: Provider[storage.ContentSniffer] = providers.Singleton(content.ContentSniffer)
    content_scanner: Provider[storage.ContentScanner] = providers.Singleton(
        _scanner, Kernel.settings
    )
    scan_signatures: Provider[storage.ScanSignatures] = providers.Singleton(
        security.ScanSignatures, Kernel.settings.provided.storage_scan_secret
    )
    organization_files: Provider[closing.OrganizationData] = providers.Singleton(
        OrganizationFiles, object_reader, object_writer, multipart_uploads, Kernel.clock
    )
