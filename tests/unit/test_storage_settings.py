"""What the settings of storage lead to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from adapters import clamd, filesystem, memory, s3, security
from bootstrap import Application, Container, Settings, UnfitSettings
from core.storage.constants import GIB, MIB
from settings import problems

S3: dict[str, Any] = {
    "s3_bucket": "files",
    "s3_access_key_id": "AKIDEXAMPLE",
    "s3_secret_access_key": "secret",
}
STRONG = "0123456789abcdefghijklmnopqrstuvwxyz"
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "database_url": "postgresql://core_app@db/core",
    "mail_url": "smtps://mail.example.com",
    "secret_keys": STRONG,
    "public_url": "https://api.example.com",
}


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **given).with_secret_keys()


@pytest.mark.parametrize(
    ("given", "backend", "adapters"),
    [
        ({}, "disk", filesystem),
        ({"storage_backend": "memory"}, "memory", memory),
        (S3, "s3", s3),
        (S3 | {"storage_backend": "disk"}, "disk", filesystem),
    ],
)
def test_a_bucket_is_used_once_it_is_named(
    tmp_path: Path, given: dict[str, Any], backend: str, adapters: Any
) -> None:
    container = Container(settings=settings(tmp_path, **given))

    assert container.settings().storage == backend
    assert type(container.object_reader()) is adapters.ObjectReader
    assert type(container.object_writer()) is adapters.ObjectWriter
    assert type(container.multipart_uploads()) is adapters.MultipartUploads
    signer = s3.UrlSigner if backend == "s3" else security.GrantSigner
    assert type(container.url_signer()) is signer
    assert container.object_writer().capabilities.serves_itself is (backend == "s3")
    assert container.object_reader() is container.object_reader()


def test_what_is_left_out_is_as_the_reference_says(tmp_path: Path) -> None:
    config = Container(settings=settings(tmp_path)).storage_config()

    assert config.max_object_bytes == 5 * GIB
    assert config.multipart_threshold == 64 * MIB
    assert config.default_quota is None
    assert config.upload_lifetime == timedelta(minutes=15)
    assert config.download_lifetime == timedelta(minutes=5)
    assert config.deleted_retention == timedelta(days=7)
    assert config.scanner == "none"


def test_files_lie_in_the_data_folder_or_where_they_are_told_to(tmp_path: Path) -> None:
    apart = settings(tmp_path, storage_disk_root=tmp_path / "files")

    assert Container(settings=settings(tmp_path)).folder().root == tmp_path / "storage"
    assert Container(settings=apart).folder().root == tmp_path / "files"
    assert not (tmp_path / "storage").exists()  # before there is something to keep


@pytest.mark.parametrize(
    ("given", "addressing", "trusted"),
    [
        ({}, "virtual", True),
        ({"s3_endpoint_url": "http://store:8333"}, "path", False),
        ({"s3_endpoint_url": "http://store:8333", "s3_addressing": "virtual"}, "virtual", False),
        ({"s3_endpoint_url": "http://store:8333", "s3_checksums": "store"}, "path", True),
        ({"s3_checksums": "ours"}, "virtual", False),
    ],
)
def test_a_store_other_than_aws_is_addressed_by_path_and_not_believed(
    tmp_path: Path, given: dict[str, Any], addressing: str, *, trusted: bool
) -> None:
    config = Container(settings=settings(tmp_path, **S3, **given)).bucket().config

    assert (config.addressing, config.trusts_checksums) == (addressing, trusted)


def test_the_scanner_is_the_one_that_is_named(tmp_path: Path) -> None:
    asked = settings(tmp_path, storage_scanner="clamd")
    told = settings(tmp_path, storage_scanner="external", storage_scan_secret=STRONG)

    assert type(Container(settings=asked).content_scanner()) is clamd.ClamdScanner
    assert type(Container(settings=told).content_scanner()) is clamd.NoScanner


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"storage_backend": "s3"}, "CORE_S3_BUCKET"),
        (S3 | {"s3_secret_access_key": None}, "CORE_S3_SECRET_ACCESS_KEY"),
        (S3 | {"s3_endpoint_url": "nonsense"}, "endpoint"),
        ({"storage_scanner": "external"}, "CORE_STORAGE_SCAN_SECRET"),
    ],
)
def test_what_can_not_work_is_named_before_anything_starts(
    tmp_path: Path, given: dict[str, Any], named: str
) -> None:
    with pytest.raises(UnfitSettings, match=named):
        Application(Container(settings=settings(tmp_path, **given)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"storage_upload_url_ttl": 3601},
        {"storage_download_url_ttl": 86_401},
        {"storage_max_object_bytes": 0},
        {"storage_default_quota_bytes": -1},
        {"s3_key_prefix": "no-slash"},
        {"s3_key_prefix": "/absolute/"},
        {"s3_addressing": "auto"},
        {"s3_sse": "rot13"},
    ],
)
def test_what_is_out_of_range_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(tmp_path, **wrong)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "CORE_S3_BUCKET"),
        (S3 | {"storage_backend": "memory"}, "CORE_STORAGE_BACKEND"),
        (S3 | {"storage_backend": "disk"}, "CORE_STORAGE_DISK_ALLOW_PRODUCTION"),
        (S3 | {"s3_endpoint_url": "http://store:8333"}, "CORE_S3_PUBLIC_ENDPOINT_URL"),
        (S3 | {"storage_scan_secret": "short"}, "CORE_STORAGE_SCAN_SECRET"),
    ],
)
def test_production_is_told_what_is_not_safe(given: dict[str, Any], named: str) -> None:
    [problem] = problems(Settings(_env_file=None, **PRODUCTION, **given))

    assert named in problem


@pytest.mark.parametrize(
    "given",
    [
        S3,
        {"storage_disk_allow_production": True},
        S3
        | {
            "s3_endpoint_url": "http://store:8333",
            "s3_public_endpoint_url": "https://files.example.com",
        },
        S3 | {"storage_scan_secret": SecretStr(STRONG)},
    ],
)
def test_production_takes_what_is_safe(given: dict[str, Any]) -> None:
    assert problems(Settings(_env_file=None, **PRODUCTION, **given)) == []
