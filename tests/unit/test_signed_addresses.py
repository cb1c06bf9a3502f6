"""Signed addresses: our own, and those of S3, which are computed without asking anybody."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters import s3, security
from adapters.content import ContentSniffer
from adapters.system import Clock
from core.storage import exceptions, ports
from tests.clock import FakeClock
from tests.contracts.content_sniffer import ContentSnifferContract
from tests.contracts.grants import GrantsContract, put, token
from tests.contracts.stores import digest, new_key
from tests.contracts.url_signer import QUARTER, UrlSignerContract
from tests.factories import NOW

ADDRESS = "https://api.example.com"
AWS = s3.S3Config(bucket="files", access_key_id="AKIDEXAMPLE", secret_access_key="secret")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def secret_keys() -> security.SecretKeys:
    return security.SecretKeys(("n" * 40, "o" * 40))


@pytest.fixture
def grants(secret_keys: security.SecretKeys, clock: FakeClock) -> security.GrantSigner:
    return security.GrantSigner(secret_keys, clock, ADDRESS)


class TestGrantsOfOurOwn(GrantsContract):
    @pytest.fixture
    def signer(self, grants: security.GrantSigner) -> ports.UrlSigner:
        return grants


class TestUrlSignerOfOurOwn(UrlSignerContract):
    @pytest.fixture
    def signer(self, grants: security.GrantSigner) -> ports.UrlSigner:
        return grants


class TestUrlSignerOfS3(UrlSignerContract):
    @pytest.fixture
    def signer(self, clock: FakeClock) -> ports.UrlSigner:
        return s3.UrlSigner(s3.Bucket(AWS), clock)


class TestContentSniffer(ContentSnifferContract):
    @pytest.fixture
    def sniffer(self) -> ports.ContentSniffer:
        return ContentSniffer()


# --- Our own --------------------------------------------------------------------------------------


def test_our_addresses_lead_to_us(grants: security.GrantSigner) -> None:
    signed = grants.part(new_key(), "u", 1, size=5, lifetime=QUARTER)

    assert signed.url == f"{ADDRESS}/v1/storage/disk/{token(signed)}"


def test_an_older_key_opens_what_it_signed_until_it_is_dropped(clock: FakeClock) -> None:
    def signer(*secrets: str) -> security.GrantSigner:
        return security.GrantSigner(security.SecretKeys(secrets), clock, ADDRESS)

    before, rotated, after = signer("o" * 40), signer("n" * 40, "o" * 40), signer("n" * 40)

    rotated.open(put(before))
    after.open(put(rotated))
    with pytest.raises(exceptions.SignatureRefused):
        after.open(put(before))


# --- S3 -------------------------------------------------------------------------------------------


def query(url: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def test_boto3_is_held_to_what_was_measured() -> None:
    """Each of these has a default that changes, or that a store refuses."""
    made: Any = s3.S3Config(bucket="b", addressing="path").boto()

    assert {
        name: getattr(made, name)
        for name in (
            *("signature_version", "s3", "request_checksum_calculation"),
            *("response_checksum_validation", "retries", "connect_timeout", "read_timeout"),
            "max_pool_connections",
        )
    } == {
        "signature_version": "s3v4",
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
        "retries": {"mode": "standard", "max_attempts": 3},
        "connect_timeout": 3,
        "read_timeout": 20,
        "max_pool_connections": 64,
    }
    client: Any = s3.Bucket(AWS).client
    assert client.meta.region_name == "us-east-1"
    assert client.meta.config.signature_version == "s3v4"


def test_every_header_of_an_upload_is_signed(clock: FakeClock) -> None:
    config = s3.S3Config(
        bucket="files",
        region="eu-central-1",
        key_prefix="core/",
        sse="aws:kms",
        kms_key_id="alias/files",
        access_key_id="AKIDEXAMPLE",
        secret_access_key="secret",
    )
    signed = s3.UrlSigner(s3.Bucket(config), clock).put(
        (key := new_key()),
        size=5,
        content_type="text/plain",
        sha256=digest(b"hello"),
        lifetime=QUARTER,
    )

    address, asked = urlsplit(signed.url), query(signed.url)
    assert address.netloc == "files.s3.eu-central-1.amazonaws.com"
    assert address.path == f"/core/{key}"
    assert asked["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert asked["X-Amz-Expires"] == "900"
    names = {name.lower() for name in signed.headers} | {"host", "content-length"}
    assert set(asked["X-Amz-SignedHeaders"].split(";")) == names
    assert signed.headers["x-amz-server-side-encryption"] == "aws:kms"
    assert signed.headers["x-amz-server-side-encryption-aws-kms-key-id"] == "alias/files"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"region": "eu-central-1", "key_prefix": "a b/c+d/"},
        {"addressing": "path"},
        {"endpoint_url": "https://store.example.com:8333/base", "addressing": "path"},
        {"bucket": "with.dots"},
    ],
)
def test_what_is_signed_is_what_the_client_of_boto3_would_sign(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW)
    bucket = s3.Bucket(replace(AWS, **changes))
    signer, place = s3.UrlSigner(bucket, clock), bucket.place(key := new_key())

    def theirs(operation: str, **given: Any) -> str:
        url: str = bucket.client.generate_presigned_url(
            operation, Params=place | given, ExpiresIn=900
        )
        return url

    put = signer.put(
        key, size=5, content_type="a/b; c=d", sha256=digest(b"hello"), lifetime=QUARTER
    )
    part = signer.part(key, "a/+=b", 7, size=5, lifetime=QUARTER)
    get = signer.get(
        key,
        content_type="a/b",
        content_disposition='inline; filename="\u00e4 +.x"',
        lifetime=QUARTER,
    )

    assert alike(put.url) == alike(
        theirs(
            "put_object",
            ContentLength=5,
            ContentType="a/b; c=d",
            IfNoneMatch="*",
            ChecksumSHA256=put.headers["x-amz-checksum-sha256"],
        )
    )
    assert alike(part.url) == alike(
        theirs("upload_part", UploadId="a/+=b", PartNumber=7, ContentLength=5)
    )
    assert alike(get.url) == alike(
        theirs(
            "get_object",
            ResponseContentType="a/b",
            ResponseContentDisposition='inline; filename="\u00e4 +.x"',
            ResponseCacheControl="private, max-age=0",
        )
    )


def alike(url: str) -> tuple[str, dict[str, str]]:
    """What an address says, in whichever order; the signature covers it in one."""
    return url.partition("?")[0], query(url)


def test_the_length_of_a_part_is_signed(clock: FakeClock) -> None:
    signed = s3.UrlSigner(s3.Bucket(AWS), clock).part(
        new_key(), "the-upload", 7, size=5, lifetime=QUARTER
    )

    asked = query(signed.url)
    assert (asked["uploadId"], asked["partNumber"]) == ("the-upload", "7")
    assert asked["X-Amz-SignedHeaders"] == "content-length;host"


def test_a_download_is_answered_with_what_was_signed(clock: FakeClock) -> None:
    signed = s3.UrlSigner(s3.Bucket(AWS), clock).get(
        new_key(), content_type="application/pdf", content_disposition="inline", lifetime=QUARTER
    )

    asked = query(signed.url)
    assert asked["response-content-type"] == "application/pdf"
    assert asked["response-content-disposition"] == "inline"
    assert asked["response-cache-control"].startswith("private")
    assert asked["X-Amz-SignedHeaders"] == "host"


def test_clients_are_sent_to_the_public_address(clock: FakeClock) -> None:
    config = s3.S3Config(
        bucket="files",
        endpoint_url="http://store.internal:8333",
        public_endpoint_url="https://files.example.com",
        addressing="path",
        access_key_id="AKIDEXAMPLE",
        secret_access_key="secret",
    )
    bucket = s3.Bucket(config)

    signed = s3.UrlSigner(bucket, clock).part(new_key(), "u", 1, size=5, lifetime=QUARTER)

    assert signed.url.startswith("https://files.example.com/files/o/")
    assert bucket.client.meta.endpoint_url == "http://store.internal:8333"


def test_no_signature_is_logged(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    signed = s3.UrlSigner(s3.Bucket(AWS), clock).part(new_key(), "u", 1, size=5, lifetime=QUARTER)

    assert query(signed.url)["X-Amz-Signature"] not in caplog.text
    assert "secret" not in repr(AWS)


# --- Credentials that end -------------------------------------------------------------------------


@pytest.fixture
def role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A role, as a command that hands out credentials: as long as a file says, line by line."""
    lives = tmp_path / "lives"
    script = tmp_path / "role.py"
    script.write_text(
        "import datetime as d, json, pathlib\n"
        f"file = pathlib.Path({str(lives)!r})\n"
        "first, *rest = file.read_text().split()\n"
        "file.write_text(' '.join(rest or [first]))\n"
        "ends = d.datetime.now(d.UTC) + d.timedelta(minutes=int(first))\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': 'ASIA', 'SecretAccessKey': 's',\n"
        "    'SessionToken': first, 'Expiration': ends.isoformat()}))\n"
    )
    config = tmp_path / "config"
    config.write_text(f"[default]\ncredential_process = {sys.executable} {script}\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return lives


def test_an_address_dies_with_the_credentials_of_its_role(role: Path) -> None:
    role.write_text("30")
    signer = s3.UrlSigner(s3.Bucket(s3.S3Config(bucket="files")), Clock())

    signed = signer.part(new_key(), "u", 1, size=5, lifetime=timedelta(hours=1))

    left = signed.expires_at - datetime.now(UTC)
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert int(query(signed.url)["X-Amz-Expires"]) <= 30 * 60


def test_credentials_that_are_about_to_end_are_renewed_first(role: Path) -> None:
    role.write_text("5 60")
    signer = s3.UrlSigner(s3.Bucket(s3.S3Config(bucket="files")), Clock())

    signed = signer.part(new_key(), "u", 1, size=5, lifetime=QUARTER)

    assert query(signed.url)["X-Amz-Security-Token"] == "60"
    assert query(signed.url)["X-Amz-Expires"] == "900"


def test_a_role_that_can_not_be_asked_is_a_store_that_does_not_answer(role: Path) -> None:
    role.write_text("5 broken")
    signer = s3.UrlSigner(s3.Bucket(s3.S3Config(bucket="files")), Clock())

    with pytest.raises(exceptions.StoreUnavailable):
        signer.part(new_key(), "u", 1, size=5, lifetime=QUARTER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket": ""},
        {"endpoint_url": "nonsense"},
        {"region": "not a region"},
        {"secret_access_key": None},
        {"access_key_id": None, "secret_access_key": None},
    ],
)
def test_what_can_not_work_is_noticed_at_the_start(
    wrong: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    given: dict[str, Any] = {
        "bucket": "files",
        "access_key_id": "AKIDEXAMPLE",
        "secret_access_key": "secret",
    }

    with pytest.raises(ValueError, match=r"\w"):
        s3.Bucket(s3.S3Config(**(given | wrong)))
