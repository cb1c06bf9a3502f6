"""What every adapter of MultipartUploads must do."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from core.storage import exceptions
from core.storage.models import Part, Stored
from tests.contracts.stores import MIB, Store, digest, new_key, pieces, put, some_bytes, whole

PART = 5 * MIB  # what S3 takes at least, but for the last one
DATA = some_bytes(2 * PART + 1000)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
UNKNOWN = ["x", "0" * 32, "ä", "x" * 300]


def cut(number: int) -> bytes:
    return DATA[(number - 1) * PART : number * PART]


async def send(store: Store, key: str, upload_id: str, number: int, data: bytes) -> Part:
    return await store.multipart.put(key, upload_id, number, pieces(data), size=len(data))


async def sent(store: Store, key: str, *numbers: int) -> tuple[str, list[Part]]:
    """Begin an upload and send some of its parts."""
    upload_id = await store.multipart.begin(key, "video/mp4")
    for number in numbers:
        await send(store, key, upload_id, number, cut(number))
    return upload_id, await store.multipart.parts(key, upload_id)


class MultipartUploadsContract:
    async def test_parts_make_one_object_whatever_order_they_came_in(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 3, 1, 2)
        assert await store.reader.head(key) is None

        made = await store.multipart.complete(key, upload_id, parts)

        found = await store.reader.head(key)
        assert [(part.number, part.size) for part in parts] == [(1, PART), (2, PART), (3, 1000)]
        assert made.size == len(DATA)
        assert made.sha256 in {None, digest(DATA)}
        assert found is not None
        assert (found.size, found.etag) == (made.size, made.etag)
        assert found.sha256 in {None, digest(DATA)}  # of the whole, or of nothing
        assert found.content_type in {None, "video/mp4"}
        assert await whole(store, key) == DATA

    async def test_a_part_is_answered_as_it_is_listed(self, store: Store) -> None:
        upload_id = await store.multipart.begin((key := new_key()), "video/mp4")
        assert await store.multipart.parts(key, upload_id) == []

        answered = await send(store, key, upload_id, 7, b"hello")

        assert await store.multipart.parts(key, upload_id) == [answered]
        assert answered == Part(number=7, size=5, etag=answered.etag.strip('"'))

    async def test_a_part_may_come_again_and_the_one_that_is_named_counts(
        self, store: Store
    ) -> None:
        upload_id, [first] = await sent(store, (key := new_key()), 1)
        again = await send(store, key, upload_id, 1, DATA[-PART:])

        [listed] = await store.multipart.parts(key, upload_id)
        assert again.etag != first.etag
        assert listed in {first, again}  # some stores can't tell which of a second is later
        await store.multipart.complete(key, upload_id, [again])
        assert await whole(store, key) == DATA[-PART:]

    @pytest.mark.parametrize(
        ("size", "came", "refused"),
        [
            (5, b"123456", exceptions.ObjectTooLarge),
            (5, b"1234", exceptions.SizeMismatch),
            (PART, DATA, exceptions.ObjectTooLarge),
        ],
    )
    async def test_a_part_of_another_size_is_not_kept(
        self, store: Store, size: int, came: bytes, refused: type[Exception]
    ) -> None:
        upload_id = await store.multipart.begin((key := new_key()), "video/mp4")

        with pytest.raises(refused):
            await store.multipart.put(key, upload_id, 1, pieces(came), size=size)

        assert await store.multipart.parts(key, upload_id) == []

    async def test_only_parts_that_are_there_make_an_object(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 1, 2, 3)
        missing = Part(number=4, size=5, etag=parts[0].etag)
        strange = [part.evolve(etag="../../key") for part in parts]
        swapped = [parts[at].evolve(etag=parts[at - 1].etag) for at in range(3)]

        for wrong in ([], [*parts, missing], parts[::-1], [*parts, parts[2]], strange, swapped):
            with pytest.raises(exceptions.PartsInvalid):
                await store.multipart.complete(key, upload_id, wrong)

        assert await store.reader.head(key) is None
        assert await store.multipart.parts(key, upload_id) == parts

    async def test_parts_may_be_left_out(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 1, 2, 3)

        made = await store.multipart.complete(key, upload_id, [parts[0], parts[2]])

        assert made.size == PART + 1000
        assert await whole(store, key) == cut(1) + cut(3)

    async def test_an_upload_is_over_once_it_is_complete(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 1)
        made = await store.multipart.complete(key, upload_id, parts)

        with suppress(exceptions.UploadNotFound, exceptions.ObjectExists):  # or as before
            assert (await store.multipart.complete(key, upload_id, parts)).etag == made.etag
        with pytest.raises(exceptions.UploadNotFound):
            await send(store, key, upload_id, 1, b"hello")
        with pytest.raises(exceptions.UploadNotFound):
            await store.multipart.parts(key, upload_id)
        assert await store.multipart.begun(LATER) == []
        assert await whole(store, key) == cut(1)

    async def test_an_object_that_is_there_is_not_replaced(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 1)
        await put(store, key, b"first")

        with pytest.raises(exceptions.ObjectExists):
            await store.multipart.complete(key, upload_id, parts)

        assert await whole(store, key) == b"first"

    async def test_of_two_uploads_to_one_key_one_becomes_the_object(self, store: Store) -> None:
        key = new_key()
        uploads = [await sent(store, key, number) for number in (1, 2)]

        answers = await asyncio.gather(
            *(store.multipart.complete(key, upload_id, parts) for upload_id, parts in uploads),
            return_exceptions=True,
        )

        winners = [at for at, answer in enumerate(answers) if isinstance(answer, Stored)]
        losers = [answer for answer in answers if not isinstance(answer, Stored)]
        assert winners
        assert {type(one) for one in losers} <= {exceptions.ObjectExists}
        assert len(winners) == 1 or not store.capabilities.conditional_complete
        assert await whole(store, key) in [cut(at + 1) for at in winners]

    async def test_an_upload_belongs_to_one_key(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 1)

        with pytest.raises(exceptions.UploadNotFound):
            await send(store, new_key(), upload_id, 1, b"hello")
        with pytest.raises(exceptions.UploadNotFound):
            await store.multipart.parts(new_key(), upload_id)
        with pytest.raises(exceptions.UploadNotFound):
            await store.multipart.complete((other := new_key()), upload_id, parts)
        await store.multipart.abort(new_key(), upload_id)

        assert await store.reader.head(other) is None
        assert await store.multipart.parts(key, upload_id) == parts

    @pytest.mark.parametrize("upload_id", UNKNOWN)
    async def test_an_unknown_upload_is_none(self, store: Store, upload_id: str) -> None:
        key, part = new_key(), Part(number=1, size=5, etag="0" * 64)

        with pytest.raises(exceptions.UploadNotFound):
            await send(store, key, upload_id, 1, b"hello")
        with pytest.raises(exceptions.UploadNotFound):
            await store.multipart.parts(key, upload_id)
        with pytest.raises(exceptions.UploadNotFound):
            await store.multipart.complete(key, upload_id, [part])
        await store.multipart.abort(key, upload_id)

    async def test_what_is_aborted_is_gone_and_may_be_aborted_again(self, store: Store) -> None:
        upload_id, parts = await sent(store, (key := new_key()), 1)

        await store.multipart.abort(key, upload_id)
        await store.multipart.abort(key, upload_id)

        with pytest.raises(exceptions.UploadNotFound):
            await send(store, key, upload_id, 2, b"hello")
        with pytest.raises(exceptions.UploadNotFound):
            await store.multipart.complete(key, upload_id, parts)
        assert await store.multipart.begun(LATER) == []
        assert await store.reader.keys(None, limit=9) == []

    async def test_uploads_that_are_open_are_told_by_when_they_began(self, store: Store) -> None:
        upload_id, _ = await sent(store, (key := new_key()), 1)
        other_id, _ = await sent(store, (other := new_key()))

        open_ones = await store.multipart.begun(LATER)

        assert {(one.key, one.upload_id) for one in open_ones} == {
            (key, upload_id),
            (other, other_id),
        }
        began = min(one.begun_at for one in open_ones)
        assert await store.multipart.begun(began - timedelta(seconds=1)) == []
        assert await store.reader.keys(None, limit=9) == []  # parts are no objects
