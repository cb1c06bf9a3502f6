"""What becomes of a store's answers. Its real ones are in tests/integration/test_ports_on_s3.py."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from adapters import s3
from core.storage import exceptions
from core.storage.models import Part
from tests.contracts.stores import digest, new_key, pieces
from tests.spans import Spans

MANAGED = s3.S3Config(
    bucket="files",
    key_prefix="core/",
    sse="aws:kms",
    kms_key_id="alias/files",
    access_key_id="AKIDEXAMPLE",
    secret_access_key="secret",
)
ENCRYPTED = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/files"}
BASE64 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
PART = Part(number=1, size=5, etag="a")


@pytest.fixture
def bucket() -> s3.Bucket:
    return s3.Bucket(MANAGED)


@pytest.fixture
def writer(bucket: s3.Bucket) -> s3.ObjectWriter:
    return s3.ObjectWriter(bucket, s3.MultipartUploads(bucket))


@pytest.fixture
def answers(bucket: s3.Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """What the store is to answer, request by request; all of it has to be asked for."""
    monkeypatch.setattr("adapters.s3.client.PAUSE", 0)
    with Stubber(bucket.client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def head(size: int = 5, **more: Any) -> dict[str, Any]:
    return {"ContentLength": size, "ETag": '"a"', **more}


async def put(writer: s3.ObjectWriter, key: str) -> Any:
    return await writer.put(key, pieces(b"hello"), size=5, content_type="text/plain")


# --- What is sent ---------------------------------------------------------------------------------


async def test_an_object_is_sent_with_its_condition_its_checksum_and_encrypted(
    writer: s3.ObjectWriter, answers: Stubber
) -> None:
    answers.add_response(
        "put_object",
        {"ETag": '"a"'},
        {
            "Bucket": "files",
            "Key": f"core/{(key := new_key())}",
            "Body": b"hello",
            "ContentLength": 5,
            "ContentType": "text/plain",
            "IfNoneMatch": "*",
            "ChecksumSHA256": BASE64,
            **ENCRYPTED,
        },
    )

    made = await put(writer, key)

    assert (made.etag, made.sha256) == ("a", digest(b"hello"))


async def test_a_request_is_a_span_that_names_the_operation_and_no_key() -> None:
    spans = Spans()
    bucket = s3.Bucket(MANAGED, spans)
    body = StreamingBody(BytesIO(b"hello"), 5)
    with Stubber(bucket.client) as answers:
        answers.add_response("get_object", {"Body": body})
        assert await s3.ObjectReader(bucket).read(new_key(), 0, 5) == b"hello"

    about = {"rpc.system": "aws-api", "rpc.service": "S3", "rpc.method": "GetObject"}
    assert spans.seen == [("S3.GetObject", about | {"aws.s3.bucket": "files"}, "client")]


async def test_an_upload_in_parts_is_encrypted_and_completed_on_condition(
    bucket: s3.Bucket, answers: Stubber
) -> None:
    place = {"Bucket": "files", "Key": f"core/{(key := new_key())}"}
    answers.add_response(
        "create_multipart_upload",
        {"UploadId": "u"},
        {**place, "ContentType": "text/plain", **ENCRYPTED},
    )
    answers.add_response(
        "complete_multipart_upload",
        {},
        {
            **place,
            "UploadId": "u",
            "IfNoneMatch": "*",
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "a"}]},
        },
    )
    answers.add_response("head_object", head(), {**place, "ChecksumMode": "ENABLED"})
    uploads = s3.MultipartUploads(bucket)

    upload_id = await uploads.begin(key, "text/plain")
    assert (await uploads.complete(key, upload_id, [PART])).size == 5


async def test_a_copy_replaces_nothing_and_is_encrypted(
    writer: s3.ObjectWriter, answers: Stubber
) -> None:
    source, target = new_key(), new_key()
    answers.add_response("head_object", head())
    answers.add_response(
        "copy_object",
        {},
        {
            "Bucket": "files",
            "Key": f"core/{target}",
            "CopySource": {"Bucket": "files", "Key": f"core/{source}"},
            "ContentType": "text/css",
            "MetadataDirective": "REPLACE",
            "IfNoneMatch": "*",
            **ENCRYPTED,
        },
    )
    answers.add_response("head_object", head(ContentType="text/css"))

    assert (await writer.copy(source, target, "text/css")).content_type == "text/css"


async def test_only_keys_of_ours_are_asked_for(bucket: s3.Bucket, answers: Stubber) -> None:
    answers.add_response(
        "list_objects_v2",
        {},
        {"Bucket": "files", "Prefix": "core/o/", "StartAfter": "core/o/a/b", "MaxKeys": 7},
    )

    assert await s3.ObjectReader(bucket).keys("o/a/b", limit=7) == []


# --- What it answers ------------------------------------------------------------------------------


async def test_two_in_each_others_way_are_tried_again(
    writer: s3.ObjectWriter, answers: Stubber
) -> None:
    for _ in range(2):
        answers.add_client_error("put_object", "ConditionalRequestConflict", "", 409)
    answers.add_response("put_object", {"ETag": '"a"'})

    assert (await put(writer, new_key())).etag == "a"


async def test_but_not_for_ever(writer: s3.ObjectWriter, answers: Stubber) -> None:
    for _ in range(3):
        answers.add_client_error("put_object", "ConditionalRequestConflict", "", 409)

    with pytest.raises(exceptions.StoreUnavailable):
        await put(writer, new_key())


@pytest.mark.parametrize(("code", "status"), [("InternalError", 500), ("NoSuchUpload", 404)])
async def test_an_object_that_was_made_in_spite_of_an_error_is_made(
    bucket: s3.Bucket, answers: Stubber, code: str, status: int
) -> None:
    answers.add_client_error("complete_multipart_upload", code, "", status)
    answers.add_response("head_object", head())

    made = await s3.MultipartUploads(bucket).complete(new_key(), "u", [PART])

    assert made.size == 5


async def test_an_object_of_another_size_is_not_the_one_that_was_to_be_made(
    bucket: s3.Bucket, answers: Stubber
) -> None:
    answers.add_client_error("complete_multipart_upload", "InternalError", "", 500)
    answers.add_response("head_object", head(6))

    with pytest.raises(exceptions.StoreUnavailable):
        await s3.MultipartUploads(bucket).complete(new_key(), "u", [PART])


async def test_an_upload_of_which_nothing_was_made_is_over(
    bucket: s3.Bucket, answers: Stubber
) -> None:
    answers.add_client_error("complete_multipart_upload", "NoSuchUpload", "", 404)
    answers.add_client_error("head_object", "404", "", 404)

    with pytest.raises(exceptions.UploadNotFound):
        await s3.MultipartUploads(bucket).complete(new_key(), "u", [PART])


@pytest.mark.parametrize(
    ("code", "status"),
    [("AccessDenied", 403), ("NoSuchBucket", 404), ("SlowDown", 503), ("", 500)],
)
async def test_all_other_refusals_are_a_store_that_does_not_answer(
    writer: s3.ObjectWriter, answers: Stubber, code: str, status: int
) -> None:
    answers.add_client_error("put_object", code, "secret detail", status)

    with pytest.raises(exceptions.StoreUnavailable) as refused:
        await put(writer, new_key())

    assert code in str(refused.value)
    assert "secret detail" not in str(refused.value)
    assert refused.value.retry_after


async def test_of_a_part_that_is_listed_twice_the_later_one_counts(
    bucket: s3.Bucket, answers: Stubber
) -> None:
    listed = [
        {"PartNumber": number, "Size": size, "ETag": f'"{size}"', "LastModified": f"2026-01-0{day}"}
        for number, size, day in ((2, 20, 1), (1, 13, 3), (1, 11, 1), (1, 12, 2))
    ]
    answers.add_response("list_parts", {"Parts": listed, "IsTruncated": False})

    found = await s3.MultipartUploads(bucket).parts(new_key(), "u")

    assert found == [Part(number=1, size=13, etag="13"), Part(number=2, size=20, etag="20")]


@pytest.mark.parametrize(
    ("checksum", "trusted", "expected"),
    [
        ({"ChecksumSHA256": BASE64}, True, digest(b"hello")),
        ({"ChecksumSHA256": BASE64}, False, None),
        ({"ChecksumSHA256": f"{BASE64}-3"}, True, None),
        ({}, True, None),
    ],
)
async def test_a_checksum_counts_if_it_is_of_the_whole_and_the_store_proves_it(
    checksum: dict[str, Any], *, trusted: bool, expected: bytes | None
) -> None:
    bucket = s3.Bucket(
        s3.S3Config(
            bucket="files",
            access_key_id="AKIDEXAMPLE",
            secret_access_key="secret",
            trusts_checksums=trusted,
        )
    )
    with Stubber(bucket.client) as answers:
        answers.add_response("head_object", head(**checksum))

        found = await s3.ObjectReader(bucket).head(new_key())

    assert found is not None
    assert found.sha256 == expected
    writer = s3.ObjectWriter(bucket, s3.MultipartUploads(bucket))
    assert writer.capabilities.checks_sha256 is trusted


async def test_what_can_not_be_aborted_is_swept_later(
    writer: s3.ObjectWriter, answers: Stubber
) -> None:
    answers.add_response("create_multipart_upload", {"UploadId": "u"})
    answers.add_client_error("abort_multipart_upload", "SlowDown", "", 503)

    with pytest.raises(exceptions.SizeMismatch):
        await writer.put(new_key(), pieces(b""), size=2**30, content_type="text/plain")
