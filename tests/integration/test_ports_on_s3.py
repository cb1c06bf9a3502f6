"""The contracts of bytes, kept by a real S3 server."""

from collections.abc import AsyncIterator

import pytest

from adapters import s3
from core.storage import exceptions
from tests.contracts import multipart_uploads, object_reader, object_writer
from tests.contracts.object_writer import LATER
from tests.contracts.stores import MIB, Store, new_key, put, some_bytes, whole
from tests.integration import seaweed


@pytest.fixture
def bucket(s3_url: str) -> s3.Bucket:
    """The tests' bucket; each test has a folder of its own in it."""
    return seaweed.folder_in(seaweed.bucket(s3_url))


@pytest.fixture
def store(bucket: s3.Bucket) -> Store:
    """SeaweedFS looks for an object and then completes it: of two at once both may succeed."""
    made = seaweed.store(bucket)
    capabilities = made.capabilities.model_copy(update={"conditional_complete": False})
    return made._replace(capabilities=capabilities)


class TestObjectReaderOnS3(object_reader.ObjectReaderContract): ...


class TestObjectWriterOnS3(object_writer.ObjectWriterContract): ...


class TestMultipartUploadsOnS3(multipart_uploads.MultipartUploadsContract): ...


# --- What only S3 has -----------------------------------------------------------------------------


async def test_nothing_outside_of_our_folder_is_seen(
    s3_url: str, bucket: s3.Bucket, store: Store
) -> None:
    theirs = seaweed.store(seaweed.bucket(s3_url))
    await put(theirs, (foreign := new_key()), b"theirs")
    foreign_id = await theirs.multipart.begin(foreign, "text/plain")
    for name in ("report.csv", "o.txt", "p/x"):
        bucket.client.put_object(
            Bucket=bucket.name, Key=f"{bucket.config.key_prefix}{name}", Body=b"not ours"
        )
    await put(store, (ours := new_key()), b"ours")

    assert [one.key for one in await store.reader.keys(None, limit=100)] == [ours]
    assert await store.multipart.begun(LATER) == []
    assert await store.reader.head(foreign) is None
    await store.writer.delete(foreign)
    assert await whole(theirs, foreign) == b"theirs"
    await theirs.writer.delete(foreign)
    await theirs.multipart.abort(foreign, foreign_id)


@pytest.mark.parametrize("size", [5 * MIB, 5 * MIB + 1, 12 * MIB])
async def test_what_is_too_large_for_one_copy_is_copied_in_parts(
    bucket: s3.Bucket, store: Store, size: int
) -> None:
    writer = s3.ObjectWriter(bucket, s3.MultipartUploads(bucket), copied_at_once=5 * MIB)
    await put(store, (source := new_key()), data := some_bytes(size))

    made = await writer.copy(source, (target := new_key()), "text/css")

    found = await store.reader.head(target)
    assert made.size == size
    assert ("-" in made.etag) is (size > 5 * MIB)
    assert found is not None
    assert found.content_type == "text/css"
    assert await whole(store, target) == data
    with pytest.raises(exceptions.ObjectExists):
        await writer.copy(source, target, "text/css")
    assert await store.multipart.begun(LATER) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket": "another"},
        {"access_key_id": "somebody"},
        {"secret_access_key": "guessed"},
        {"endpoint_url": "http://127.0.0.1:9"},
    ],
)
async def test_a_store_that_does_not_let_us_in_does_not_answer(
    s3_url: str, wrong: dict[str, str]
) -> None:
    bucket = s3.Bucket(seaweed.config(s3_url, **wrong))
    store = seaweed.store(bucket)

    for attempt in (
        put(store, new_key(), b"hello"),
        store.reader.keys(None, limit=9),
        store.multipart.begin(new_key(), "text/plain"),
        store.multipart.begun(LATER),
    ):
        with pytest.raises(exceptions.StoreUnavailable):
            await attempt


async def test_a_large_file_passes_through_little_memory(store: Store) -> None:
    """Also if it comes faster than the store takes it."""
    size, ahead = 64 * MIB, list[int]()

    async def counted() -> AsyncIterator[bytes]:
        for sent in range(0, size, MIB):
            ahead.append(sent - await arrived())
            yield bytes(MIB)

    async def arrived() -> int:
        open_uploads = await store.multipart.begun(LATER)
        parts = [await store.multipart.parts(one.key, one.upload_id) for one in open_uploads]
        return sum(part.size for of_one in parts for part in of_one)

    await store.writer.put(new_key(), counted(), size=size, content_type="text/plain")

    assert max(ahead) <= 9 * MIB
