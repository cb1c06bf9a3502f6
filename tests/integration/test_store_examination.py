"""What an operator asks of the store itself: on a real S3 server, and on disk."""

import json
from typing import Any

import pytest

from tests.integration import seaweed
from tests.integration.service import Service

ORIGIN = "https://app.example.com"


@pytest.fixture
def on_s3(service: Service, s3_url: str, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service's commands, with files in a bucket."""
    named = seaweed.settings(s3_url) | {
        "CORE_S3_KEY_PREFIX": "examined/",
        "CORE_CORS_ORIGINS": ORIGIN,
    }
    for name, value in named.items():
        monkeypatch.setitem(service.environment, name, value)
    return service


def findings(service: Service, expect: int = 0) -> list[dict[str, str]]:
    done = service.finished("storage", "doctor", "--json")
    assert done.returncode == expect, done.stdout + done.stderr
    read: list[dict[str, str]] = json.loads(done.stdout)
    return read


def bad(found: list[dict[str, str]]) -> set[str]:
    return {one["about"] for one in found if one["level"] == "fail"}


def kept(url: str) -> list[Any]:
    client = seaweed.bucket(url).client
    return client.list_objects_v2(Bucket=seaweed.BUCKET, Prefix="examined/").get("Contents", [])


def test_a_bucket_that_was_told_nothing_is_found_and_mended(on_s3: Service, s3_url: str) -> None:
    client = seaweed.bucket(s3_url).client
    theirs: Any = {
        "ID": "theirs",
        "Status": "Enabled",
        "Filter": {"Prefix": "reports/"},
        "Expiration": {"Days": 30},
    }
    client.put_bucket_lifecycle_configuration(
        Bucket=seaweed.BUCKET, LifecycleConfiguration={"Rules": [theirs]}
    )

    assert {"cors", "abandoned_parts"} <= bad(findings(on_s3, expect=3))
    applied = on_s3.cli("storage", "apply-bucket-config", "--yes")
    assert "kept" in applied
    again = on_s3.cli("storage", "apply-bucket-config", "--yes", "--json")

    states = {rule["name"]: rule["state"] for rule in json.loads(again)}
    assert states == {
        "cors": "kept",
        "abandoned_parts": "kept",
        "public_access": "impossible",  # SeaweedFS has none
        "ownership": "kept",
    }
    assert bad(found := findings(on_s3)) == set()
    assert any(ORIGIN in one["sentence"] for one in found)
    rules = client.get_bucket_lifecycle_configuration(Bucket=seaweed.BUCKET)["Rules"]
    assert sorted(rule["ID"] for rule in rules) == ["core-api", "theirs"]
    cors = client.get_bucket_cors(Bucket=seaweed.BUCKET)["CORSRules"]
    assert [rule["AllowedOrigins"] for rule in cors] == [[ORIGIN]]
    assert kept(s3_url) == []
    assert (
        client.list_multipart_uploads(Bucket=seaweed.BUCKET, Prefix="examined/").get("Uploads", [])
        == []
    )


def test_files_on_disk_keep_the_same_rules(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(service)
    told = service.cli("storage", "apply-bucket-config", "--yes")
    monkeypatch.setitem(service.environment, "CORE_PUBLIC_URL", "http://127.0.0.1:9")
    elsewhere = findings(service, expect=3)

    assert bad(found) == set()
    assert {"replay", "signature", "checksum", "expiry", "parts"} <= {one["about"] for one in found}
    assert "no bucket" in told
    assert bad(elsewhere) == {"store"}
