"""What every adapter of ObjectReader must do."""

from contextlib import aclosing
from uuid import UUID

import pytest

from core.models import OrganizationId
from core.storage import exceptions
from core.storage.models import ObjectId, StoredKey, key
from tests.contracts.stores import LARGE, MIB, Store, new_key, put, some_bytes, whole


class ObjectReaderContract:
    async def test_an_object_tells_its_size_and_always_the_same_etag(self, store: Store) -> None:
        made = await put(store, (name := new_key()), b"hello")

        found = await store.reader.head(name)

        assert found is not None
        assert found.size == 5
        assert found.etag == made.etag
        assert found.etag.strip('"') == found.etag != ""
        assert found == await store.reader.head(name)

    async def test_what_is_not_there_has_no_head(self, store: Store) -> None:
        assert await store.reader.head(new_key()) is None

    @pytest.mark.parametrize(
        ("start", "length", "expected"),
        [
            (0, 4, b"0123"),
            (4, 3, b"456"),
            (9, 1, b"9"),
            (8, 4096, b"89"),
            (0, 4096, b"0123456789"),
            (10, 5, b""),
            (99, 5, b""),
        ],
    )
    async def test_some_bytes_are_read_and_fewer_at_the_end(
        self, store: Store, start: int, length: int, expected: bytes
    ) -> None:
        await put(store, (name := new_key()), b"0123456789")

        assert await store.reader.read(name, start, length) == expected

    async def test_there_is_nothing_to_read_in_an_empty_object(self, store: Store) -> None:
        await put(store, (name := new_key()), b"")

        assert await store.reader.read(name, 0, 4096) == b""
        assert await whole(store, name) == b""

    async def test_bytes_that_are_not_there_are_missed_at_once(self, store: Store) -> None:
        with pytest.raises(exceptions.BytesMissing):
            await store.reader.read(new_key(), 0, 10)
        with pytest.raises(exceptions.BytesMissing):
            await anext(store.reader.stream(new_key()))
        with pytest.raises(exceptions.BytesMissing):
            await anext(store.reader.stream(new_key(), 5, 7))

    @pytest.mark.parametrize(
        ("start", "stop", "expected"),
        [
            (0, None, b"0123456789"),
            (3, None, b"3456789"),
            (0, 4, b"0123"),
            (3, 5, b"34"),
            (9, 10, b"9"),
            (3, 99, b"3456789"),
            (0, 0, b""),
            (4, 4, b""),
            (10, None, b""),
            (10, 12, b""),
        ],
    )
    async def test_a_stream_runs_from_one_byte_up_to_another(
        self, store: Store, start: int, stop: int | None, expected: bytes
    ) -> None:
        await put(store, (name := new_key()), b"0123456789")

        found = [piece async for piece in store.reader.stream(name, start, stop)]

        assert b"".join(found) == expected

    async def test_a_large_object_comes_piece_by_piece(self, store: Store) -> None:
        await put(store, (name := new_key()), data := some_bytes(LARGE))

        found = [piece async for piece in store.reader.stream(name, 7, LARGE - 7)]

        assert b"".join(found) == data[7:-7]
        assert max(map(len, found)) <= MIB

    async def test_whoever_leaves_a_stream_early_leaves_nothing_behind(self, store: Store) -> None:
        await put(store, (name := new_key()), data := some_bytes(3 * MIB))

        for _ in range(100):  # more than there are threads or connections
            async with aclosing(store.reader.stream(name)) as stream:  # type: ignore[type-var]
                assert data.startswith(await anext(stream))

        assert await whole(store, name) == data

    # --- What lies there --------------------------------------------------------------------------

    async def test_there_is_nothing_in_an_empty_store(self, store: Store) -> None:
        assert await store.reader.keys(None, limit=10) == []
        assert await store.reader.keys(new_key(), limit=10) == []

    async def test_keys_come_in_their_order_a_page_at_a_time(self, store: Store) -> None:
        organizations = [OrganizationId(UUID(int=one << 64)) for one in (1, 255, 256, 2**62)]
        ids = [ObjectId(UUID(int=one << 90 | 5)) for one in (0, 1, 9, 10, 2**36, 2**36 + 1)]
        names = {key(one, other): len(ids) for one in organizations for other in ids}
        for size, name in enumerate(names):
            names[name] = size
            await put(store, name, b"x" * size)

        found = list[StoredKey]()
        while page := await store.reader.keys(found[-1].key if found else None, limit=5):
            assert len(page) <= 5
            found += page

        assert [(one.key, one.size) for one in found] == sorted(names.items())
        assert all(one.modified_at.utcoffset() is not None for one in found)

    async def test_keys_come_after_one_that_is_gone_as_well(self, store: Store) -> None:
        names = sorted(new_key() for _ in range(3))
        for name in names:
            await put(store, name, b"x")
        await store.writer.delete(names[1])

        assert [one.key for one in await store.reader.keys(None, limit=9)] == names[::2]
        assert [one.key for one in await store.reader.keys(names[0], limit=9)] == names[2:]
        assert [one.key for one in await store.reader.keys(names[1], limit=9)] == names[2:]
        assert await store.reader.keys(names[2], limit=9) == []
