"""What a bucket on AWS is told. What other stores make of it is in the integration tests."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from adapters import s3
from core.storage.exceptions import StoreUnavailable

ORIGIN = "https://app.example.com"
CONFIG = s3.S3Config(
    bucket="files", key_prefix="core/", access_key_id="AKIDEXAMPLE", secret_access_key="secret"
)
NAMED = {"Bucket": "files"}
THEIRS = {"Sid": "Theirs", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
TLS_ONLY = {
    "Sid": "CoreApiTlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::files", "arn:aws:s3:::files/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
CORS = {
    "ID": "core-api",
    "AllowedOrigins": [ORIGIN],
    "AllowedMethods": ["GET", "HEAD", "PUT"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag", "x-amz-checksum-sha256"],
    "MaxAgeSeconds": 3600,
}
LIFECYCLE = {
    "ID": "core-api",
    "Status": "Enabled",
    "Filter": {"Prefix": "core/o/"},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
}
BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
OWNED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


@pytest.fixture
def bucket() -> s3.Bucket:
    return s3.Bucket(CONFIG)


@pytest.fixture
def answers(bucket: s3.Bucket) -> Iterator[Stubber]:
    with Stubber(bucket.client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def keeps(answers: Stubber, **changes: Any) -> None:
    """Have the bucket answer what it is told by, but for changes."""
    cors = changes.get("cors", [CORS])
    block = changes.get("block", BLOCK)
    statements = changes.get("statements", [THEIRS, TLS_ONLY])
    lifecycle = changes.get("lifecycle", [LIFECYCLE])
    policy = {"Policy": json.dumps({"Statement": statements})}
    answers.add_response("get_bucket_cors", {"CORSRules": cors}, NAMED)
    answers.add_response("get_bucket_lifecycle_configuration", {"Rules": lifecycle}, NAMED)
    answers.add_response(
        "get_public_access_block", {"PublicAccessBlockConfiguration": block}, NAMED
    )
    answers.add_response("get_bucket_ownership_controls", {"OwnershipControls": OWNED}, NAMED)
    answers.add_response("get_bucket_policy", policy, NAMED)


async def test_a_bucket_is_told_everything_and_what_others_told_it_stays(
    bucket: s3.Bucket, answers: Stubber
) -> None:
    theirs = LIFECYCLE | {"ID": "theirs"}
    answers.add_client_error("get_bucket_cors", "NoSuchCORSConfiguration")
    answers.add_response(
        "put_bucket_cors", {}, NAMED | {"CORSConfiguration": {"CORSRules": [CORS]}}
    )
    answers.add_response("get_bucket_lifecycle_configuration", {"Rules": [theirs, LIFECYCLE]})
    answers.add_response(
        "put_bucket_lifecycle_configuration",
        {},
        NAMED | {"LifecycleConfiguration": {"Rules": [theirs, LIFECYCLE]}},
    )
    answers.add_response(
        "put_public_access_block", {}, NAMED | {"PublicAccessBlockConfiguration": BLOCK}
    )
    answers.add_response("put_bucket_ownership_controls", {}, NAMED | {"OwnershipControls": OWNED})
    answers.add_response("get_bucket_policy", {"Policy": json.dumps({"Statement": THEIRS})})
    told = json.dumps({"Version": "2012-10-17", "Statement": [THEIRS, TLS_ONLY]})
    answers.add_response("put_bucket_policy", {}, NAMED | {"Policy": told})
    keeps(answers)

    rules = await s3.BucketRules(bucket, [ORIGIN]).apply()

    assert {rule.name: rule.state for rule in rules} == {
        "cors": "kept",
        "abandoned_parts": "kept",
        "public_access": "kept",
        "ownership": "kept",
        "tls_only": "kept",
    }


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("cors", {"cors": [CORS | {"AllowedOrigins": ["https://other.example.com"]}]}),
        ("cors", {"cors": [CORS | {"AllowedOrigins": [ORIGIN, "*"]}]}),
        ("cors", {"cors": [CORS | {"AllowedMethods": ["GET"]}]}),
        ("abandoned_parts", {"lifecycle": [LIFECYCLE | {"Status": "Disabled"}]}),
        ("abandoned_parts", {"lifecycle": [LIFECYCLE | {"Filter": {"Prefix": "logs/"}}]}),
        ("public_access", {"block": BLOCK | {"BlockPublicPolicy": False}}),
        ("tls_only", {"statements": [THEIRS]}),
        ("tls_only", {"statements": [TLS_ONLY | {"Resource": ["arn:aws:s3:::other"]}]}),
    ],
)
async def test_a_rule_that_is_not_quite_ours_is_missing(
    bucket: s3.Bucket, answers: Stubber, name: str, changes: dict[str, Any]
) -> None:
    keeps(answers, **changes)

    rules = await s3.BucketRules(bucket, [ORIGIN]).all()

    assert [rule.name for rule in rules if rule.state != "kept"] == [name]
    assert {rule.state for rule in rules} == {"kept", "missing"}


async def test_without_origins_no_page_is_let_in(bucket: s3.Bucket, answers: Stubber) -> None:
    answers.add_response("get_bucket_cors", {"CORSRules": [CORS]})
    answers.add_response("delete_bucket_cors", {}, NAMED)
    for denied in (
        "get_bucket_lifecycle_configuration",
        "put_public_access_block",
        "put_bucket_ownership_controls",
        "get_bucket_policy",
    ):
        answers.add_client_error(denied, "AccessDenied")
    for denied in (
        "get_bucket_cors",
        "get_bucket_lifecycle_configuration",
        "get_public_access_block",
        "get_bucket_ownership_controls",
        "get_bucket_policy",
    ):
        answers.add_client_error(denied, "AccessDenied")

    rules = await s3.BucketRules(bucket, []).apply()

    assert {rule.state for rule in rules} == {"unknown"}


async def test_a_bucket_that_is_not_there_is_a_store_that_does_not_answer(
    bucket: s3.Bucket, answers: Stubber
) -> None:
    answers.add_client_error("get_bucket_cors", "NoSuchBucket")

    with pytest.raises(StoreUnavailable, match="NoSuchBucket"):
        await s3.BucketRules(bucket, [ORIGIN]).all()


def test_a_store_without_tls_is_not_told_to_refuse_us() -> None:
    local = s3.S3Config(
        bucket="files",
        endpoint_url="http://127.0.0.1:9000",
        access_key_id="AKIDEXAMPLE",
        secret_access_key="secret",
    )

    names = [rule.name for rule in s3.BucketRules(s3.Bucket(local), [ORIGIN]).rules()]

    assert "tls_only" not in names
