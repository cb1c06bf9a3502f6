"""What a signed address to a real S3 server allows a plain client, and what it does not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from adapters import s3
from adapters.system import Clock
from core.storage.models import SignedRequest
from tests.contracts.stores import Store, digest, new_key, pieces, put, some_bytes
from tests.integration import seaweed

QUARTER = timedelta(minutes=15)
DATA = b"hello"


@pytest.fixture
def bucket(s3_url: str) -> s3.Bucket:
    return seaweed.folder_in(seaweed.bucket(s3_url))


@pytest.fixture
def store(bucket: s3.Bucket) -> Store:
    return seaweed.store(bucket)


@pytest.fixture
def signer(bucket: s3.Bucket) -> s3.UrlSigner:
    return s3.UrlSigner(bucket, Clock())


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=300, trust_env=False) as client:
        yield client


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def signed(signer: s3.UrlSigner, key: str) -> SignedRequest:
    return signer.put(key, size=5, content_type="text/plain", sha256=digest(DATA), lifetime=QUARTER)


async def check_nothing(store: Store, key: str) -> None:
    assert await store.reader.head(key) is None
    assert await store.reader.keys(None, limit=9) == []


def changed(signed: SignedRequest, **query: str) -> str:
    """Return the address with another query, or for another path."""
    parts = urlsplit(signed.url)
    path = query.pop("path", parts.path)
    return urlunsplit(
        parts._replace(path=path, query=urlencode(dict(parse_qsl(parts.query)) | query))
    )


# --- Uploads --------------------------------------------------------------------------------------


async def test_exactly_what_was_signed_is_taken(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    answer = await http.put(signed.url, content=DATA, headers=signed.headers)

    assert answer.status_code == 200, answer.text
    found = await store.reader.head(key)
    assert found is not None
    assert (found.size, found.content_type) == (5, "text/plain")
    assert found.etag == answer.headers["ETag"].strip('"')
    assert await store.reader.read(key, 0, 99) == DATA


async def test_it_works_once(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    await http.put(signed.url, content=DATA, headers=signed.headers)

    again = await http.put(signed.url, content=DATA, headers=signed.headers)

    assert again.status_code == 412
    assert await store.reader.read(key, 0, 99) == DATA


@pytest.mark.parametrize("content", [b"", b"hell", b"hello!", b"x" * 100_000])
async def test_another_length_is_refused(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str, content: bytes
) -> None:
    answer = await http.put(signed.url, content=content, headers=signed.headers)

    assert answer.status_code == 403, answer.text
    await check_nothing(store, key)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", "text/html"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("If-None-Match", '"an etag"'),
        ("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR="),
    ],
)
async def test_another_header_is_refused(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str, name: str, value: str
) -> None:
    answer = await http.put(signed.url, content=DATA, headers=signed.headers | {name: value})

    assert answer.status_code == 403, answer.text
    await check_nothing(store, key)


@pytest.mark.parametrize("name", ["Content-Type", "If-None-Match", "x-amz-checksum-sha256"])
async def test_a_header_that_is_left_out_is_missed(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str, name: str
) -> None:
    headers = {one: value for one, value in signed.headers.items() if one != name}

    answer = await http.put(signed.url, content=DATA, headers=headers)

    assert answer.status_code == 403, answer.text
    await check_nothing(store, key)


async def test_a_body_of_unknown_length_is_refused(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    answer = await http.put(signed.url, content=pieces(DATA, 2), headers=signed.headers)

    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code in {403, 411}, answer.text
    await check_nothing(store, key)


async def test_other_bytes_of_the_same_length_are_refused(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    answer = await http.put(signed.url, content=b"HELLO", headers=signed.headers)

    assert answer.status_code == 400, answer.text
    await check_nothing(store, key)


async def test_an_address_that_ran_out_is_refused(
    signer: s3.UrlSigner,
    http: httpx.AsyncClient,
    store: Store,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = datetime.now(UTC).replace(tzinfo=None) - QUARTER - timedelta(seconds=1)
    with monkeypatch.context() as earlier:
        earlier.setattr("botocore.auth.get_current_datetime", lambda: before)
        signed = signer.put(key, size=5, content_type="text/plain", sha256=None, lifetime=QUARTER)

    answer = await http.put(signed.url, content=DATA, headers=signed.headers)

    assert answer.status_code == 403, answer.text
    assert "expired" in answer.text
    await check_nothing(store, key)


@pytest.mark.parametrize(
    "query",
    [
        {"X-Amz-Expires": "604800"},
        {"X-Amz-SignedHeaders": "host"},
        {"X-Amz-Signature": "0" * 64},
        {"X-Amz-Credential": "somebody/20261125/us-east-1/s3/aws4_request"},
        {"path": "/tests/o/another"},
        {"partNumber": "1", "uploadId": "x"},
    ],
)
async def test_an_address_that_was_touched_is_refused(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str, query: dict[str, str]
) -> None:
    answer = await http.put(changed(signed, **query), content=DATA, headers=signed.headers)

    assert answer.status_code == 403, answer.text
    await check_nothing(store, key)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
async def test_an_upload_is_no_other_request(
    signed: SignedRequest, http: httpx.AsyncClient, store: Store, key: str, method: str
) -> None:
    await put(store, key, DATA)

    answer = await http.request(method, signed.url, headers=signed.headers)

    assert answer.status_code == 403, answer.text
    assert await store.reader.read(key, 0, 99) == DATA


# --- Parts ----------------------------------------------------------------------------------------


async def test_signed_parts_make_an_object(
    signer: s3.UrlSigner, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    data, size = some_bytes(12_000_000), 5 * 1024 * 1024
    cut = [data[at : at + size] for at in range(0, len(data), size)]
    upload_id = await store.multipart.begin(key, "video/mp4")

    for number, piece in enumerate(cut, 1):
        signed = signer.part(key, upload_id, number, size=len(piece), lifetime=QUARTER)
        answer = await http.put(signed.url, content=piece, headers=signed.headers)
        assert answer.status_code == 200, answer.text
        short = signer.part(key, upload_id, number, size=len(piece) - 1, lifetime=QUARTER)
        assert (await http.put(short.url, content=piece)).status_code == 403

    parts = await store.multipart.parts(key, upload_id)
    made = await store.multipart.complete(key, upload_id, parts)
    assert made.size == len(data)
    assert b"".join([piece async for piece in store.reader.stream(key)]) == data


async def test_a_part_is_signed_for_its_number_and_upload(
    signer: s3.UrlSigner, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    upload_id = await store.multipart.begin(key, "video/mp4")
    other_id = await store.multipart.begin(key, "video/mp4")
    signed = signer.part(key, upload_id, 1, size=5, lifetime=QUARTER)

    for query in ({"partNumber": "2"}, {"uploadId": other_id}):
        assert (await http.put(changed(signed, **query), content=DATA)).status_code == 403

    for one in (upload_id, other_id):
        assert await store.multipart.parts(key, one) == []


# --- Downloads ------------------------------------------------------------------------------------


async def test_a_download_carries_the_headers_that_were_signed(
    signer: s3.UrlSigner, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    await put(store, key, DATA)
    disposition = "attachment; filename=\"_.html\"; filename*=UTF-8''%C3%A4.html"
    signed = signer.get(
        key,
        content_type="application/octet-stream",
        content_disposition=disposition,
        lifetime=QUARTER,
    )

    answer = await http.get(signed.url)
    part = await http.get(signed.url, headers={"Range": "bytes=1-2"})

    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["Cache-Control"].startswith("private")
    assert (part.status_code, part.content) == (206, b"el")


async def test_a_download_can_not_be_made_to_run(
    signer: s3.UrlSigner, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    await put(store, key, b"<script>alert(1)</script>")
    signed = signer.get(
        key, content_type="text/plain", content_disposition="attachment", lifetime=QUARTER
    )

    for query in (
        {"response-content-type": "text/html"},
        {"response-content-disposition": "inline"},
        {"path": f"/tests/{new_key()}"},
    ):
        assert (await http.get(changed(signed, **query))).status_code == 403
    assert (await http.put(signed.url, content=b"x")).status_code == 403


async def test_without_a_signature_there_is_nothing_to_be_had(
    bucket: s3.Bucket, s3_url: str, http: httpx.AsyncClient, store: Store, key: str
) -> None:
    await put(store, key, DATA)
    address = f"{s3_url}/tests/{bucket.at(key)}"

    answers = [
        await http.get(address),
        await http.head(address),
        await http.put(address, content=b"x"),
        await http.delete(address),
        await http.get(f"{s3_url}/tests?list-type=2"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert await store.reader.read(key, 0, 99) == DATA
