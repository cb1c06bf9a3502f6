"""What every adapter of ObjectWriter must do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from core.storage import exceptions
from core.storage.models import Stored
from tests.contracts.stores import (
    LARGE,
    MIB,
    Store,
    digest,
    new_key,
    pieces,
    put,
    some_bytes,
    whole,
)

WRITERS = 8
LATER = datetime(2100, 1, 1, tzinfo=UTC)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 10_000


async def breaking(data: bytes) -> AsyncIterator[bytes]:
    async for piece in pieces(data):
        yield piece
    raise ConnectionResetError


async def check_untouched(store: Store, key: str) -> None:
    """Nobody sees anything of it, not even of an upload that is half done."""
    assert await store.reader.head(key) is None
    assert await store.reader.keys(None, limit=10) == []
    assert await store.multipart.begun(LATER) == []


class ObjectWriterContract:
    @pytest.mark.parametrize("size", [0, 1, 4096, MIB - 1, MIB, MIB + 1, 8 * MIB, 16 * MIB, LARGE])
    async def test_bytes_come_back_as_they_went_in(self, store: Store, size: int) -> None:
        data = some_bytes(size)
        declared = digest(data)

        made = await store.writer.put(
            (key := new_key()),
            pieces(data),
            size=size,
            content_type="text/plain; charset=utf-8",
            sha256=declared,
        )

        found = await store.reader.head(key)
        assert (made.size, made.sha256) == (size, declared)
        assert found is not None
        assert (found.size, found.etag) == (size, made.etag)
        assert found.sha256 in {None, declared}
        assert found.content_type in {None, "text/plain; charset=utf-8"}
        assert await whole(store, key) == data
        assert await store.multipart.begun(LATER) == []

    async def test_the_sha256_is_told_also_when_none_was_declared(self, store: Store) -> None:
        assert (await put(store, new_key(), b"hello")).sha256 == digest(b"hello")

    @pytest.mark.parametrize("size", [5, LARGE])
    async def test_bytes_are_never_replaced(self, store: Store, size: int) -> None:
        await put(store, (key := new_key()), first := some_bytes(size, 1))

        for other in (first, some_bytes(size, 2), b"", b"shorter"):
            with pytest.raises(exceptions.ObjectExists):
                await put(store, key, other)

        assert await whole(store, key) == first
        assert await store.multipart.begun(LATER) == []

    @pytest.mark.parametrize("size", [5, 2 * MIB, LARGE])
    async def test_of_many_writers_at_once_one_wins(self, store: Store, size: int) -> None:
        key, offers = new_key(), [some_bytes(size, seed) for seed in range(WRITERS)]

        answers = await asyncio.gather(
            *(put(store, key, offer) for offer in offers), return_exceptions=True
        )

        winners = [at for at, answer in enumerate(answers) if isinstance(answer, Stored)]
        losers = [answer for answer in answers if not isinstance(answer, Stored)]
        assert winners
        assert {type(one) for one in losers} <= {exceptions.ObjectExists}
        assert len(winners) == 1 or (size == LARGE and not store.capabilities.conditional_complete)
        assert await whole(store, key) in [offers[at] for at in winners]
        assert await store.multipart.begun(LATER) == []

    @pytest.mark.parametrize("size", [0, 5, LARGE])
    async def test_more_than_was_declared_is_refused_as_soon_as_it_comes(
        self, store: Store, size: int
    ) -> None:
        with pytest.raises(exceptions.ObjectTooLarge):
            await store.writer.put(
                (key := new_key()), endless(), size=size, content_type="text/plain"
            )

        await check_untouched(store, key)

    @pytest.mark.parametrize("size", [1, LARGE])
    async def test_a_single_byte_too_many_or_too_few_is_noticed(
        self, store: Store, size: int
    ) -> None:
        key, data = new_key(), some_bytes(size)
        cases = ((data + b"x", exceptions.ObjectTooLarge), (data[:-1], exceptions.SizeMismatch))
        for came, refused in cases:
            with pytest.raises(refused):
                await store.writer.put(key, pieces(came), size=size, content_type="text/plain")

        await check_untouched(store, key)

    @pytest.mark.parametrize("size", [0, 5, LARGE])
    async def test_other_bytes_than_those_of_the_checksum_are_refused(
        self, store: Store, size: int
    ) -> None:
        with pytest.raises(exceptions.ChecksumMismatch):
            await store.writer.put(
                (key := new_key()),
                pieces(some_bytes(size)),
                size=size,
                content_type="text/plain",
                sha256=digest(b"something else"),
            )

        await check_untouched(store, key)

    @pytest.mark.parametrize("came", [0, 100_000, 10 * MIB])
    async def test_a_client_that_is_gone_half_way_leaves_nothing(
        self, store: Store, came: int
    ) -> None:
        with pytest.raises(ConnectionResetError):
            await store.writer.put(
                (key := new_key()),
                breaking(some_bytes(came)),
                size=LARGE,
                content_type="text/plain",
            )

        await check_untouched(store, key)
        assert (await put(store, key, b"again")).size == 5

    async def test_a_writer_that_is_cancelled_half_way_leaves_nothing(self, store: Store) -> None:
        waiting = asyncio.Event()

        async def stuck() -> AsyncIterator[bytes]:
            yield some_bytes(10 * MIB)
            waiting.set()
            await asyncio.Event().wait()

        writing = asyncio.create_task(
            store.writer.put((key := new_key()), stuck(), size=LARGE, content_type="text/plain")
        )
        await waiting.wait()
        writing.cancel()
        await asyncio.wait([writing])

        assert writing.cancelled()
        await check_untouched(store, key)

    # --- Copies -----------------------------------------------------------------------------------

    @pytest.mark.parametrize("size", [0, 5, LARGE])
    async def test_a_copy_is_an_object_of_its_own(self, store: Store, size: int) -> None:
        await put(store, (source := new_key()), data := some_bytes(size))

        made = await store.writer.copy(source, (target := new_key()), "text/css")
        await store.writer.delete(source)

        found = await store.reader.head(target)
        assert made.size == size
        assert found is not None
        assert (found.size, found.etag) == (size, made.etag)
        assert found.content_type in {None, "text/css"}
        assert await whole(store, target) == data

    async def test_nothing_can_be_copied_of_what_is_not_there(self, store: Store) -> None:
        with pytest.raises(exceptions.BytesMissing):
            await store.writer.copy(new_key(), (target := new_key()), "text/css")

        await check_untouched(store, target)

    async def test_a_copy_replaces_nothing(self, store: Store) -> None:
        await put(store, (source := new_key()), b"one")
        await put(store, (target := new_key()), b"two")

        with pytest.raises(exceptions.ObjectExists):
            await store.writer.copy(source, target, "text/css")

        assert await whole(store, target) == b"two"

    # --- Deletion ---------------------------------------------------------------------------------

    async def test_what_is_deleted_is_gone_and_may_be_deleted_again(self, store: Store) -> None:
        await put(store, (key := new_key()), b"hello")
        await put(store, (other := new_key()), b"stays")

        await store.writer.delete(key)
        await store.writer.delete(key)
        await store.writer.delete(new_key())

        assert await store.reader.head(key) is None
        assert [one.key for one in await store.reader.keys(None, limit=9)] == [other]
        assert await whole(store, other) == b"stays"
