"""The contracts of bytes, kept by the files of a folder."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters import filesystem
from core.storage import exceptions
from tests.contracts import multipart_uploads, object_reader, object_writer
from tests.contracts.object_writer import LATER
from tests.contracts.stores import MIB, Store, new_key, pieces, put, whole


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "storage"


@pytest.fixture
def store(root: Path) -> Store:
    return made(root)


def made(root: Path) -> Store:
    folder = filesystem.Folder(root)
    writer = filesystem.ObjectWriter(folder)
    return Store(
        filesystem.ObjectReader(folder),
        writer,
        filesystem.MultipartUploads(folder),
        writer.capabilities,
    )


class TestObjectReaderOnDisk(object_reader.ObjectReaderContract): ...


class TestObjectWriterOnDisk(object_writer.ObjectWriterContract): ...


class TestMultipartUploadsOnDisk(multipart_uploads.MultipartUploadsContract): ...


# --- What only files have -------------------------------------------------------------------------


def modes(root: Path) -> set[tuple[str, str]]:
    return {
        ("folder" if path.is_dir() else "file", oct(path.stat().st_mode & 0o777))
        for path in (root, *root.rglob("*"))
    }


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def test_nobody_else_on_the_machine_looks_into_them(store: Store, root: Path) -> None:
    await put(store, (key := new_key()), b"hello")
    await store.writer.copy(key, new_key(), "text/plain")
    upload_id = await store.multipart.begin(key, "text/plain")
    await store.multipart.put(key, upload_id, 1, pieces(b"hello"), size=5)
    with pytest.raises(exceptions.SizeMismatch):
        await store.writer.put(key, pieces(b""), size=5, content_type="text/plain")

    assert modes(root) == {("folder", "0o700"), ("file", "0o600")}


@pytest.mark.parametrize(
    "key",
    [
        *("", ".", "..", "/", "/etc/passwd", "../x", "o/../../x", "o/./x", "o//x", "o/x/", "o/x\0"),
        *("o/x.txt", "C:/x", "o\\x", "o/\N{LATIN SMALL LETTER A WITH DIAERESIS}", "o/x\n", "O/X"),
        *("x" * 65, "/".join("x" * 7), "~/x", "o/x y", "o/%2e%2e"),
    ],
)
async def test_what_is_no_key_of_ours_touches_no_file(store: Store, root: Path, key: str) -> None:
    await put(store, (real := new_key()), b"hello")
    before = {path: path.stat().st_mtime_ns for path in files(root.parent)}
    upload_id = "0" * 32
    for attempt in (
        store.reader.head(key),
        store.reader.read(key, 0, 1),
        anext(store.reader.stream(key)),
        put(store, key, b"x"),
        store.writer.copy(real, key, "text/plain"),
        store.writer.copy(key, new_key(), "text/plain"),
        store.writer.delete(key),
        store.multipart.begin(key, "text/plain"),
    ):
        with pytest.raises(ValueError, match="no key"):
            await attempt
    with pytest.raises((ValueError, exceptions.UploadNotFound)):
        await store.multipart.complete(key, upload_id, [])

    assert {path: path.stat().st_mtime_ns for path in files(root.parent)} == before


@pytest.mark.parametrize("upload_id", ["", ".", "..", "../objects", "/", "a/b", "\0", "0" * 33])
async def test_what_is_no_id_of_ours_leads_nowhere(
    store: Store, root: Path, upload_id: str
) -> None:
    await put(store, (key := new_key()), b"hello")
    await store.multipart.begin(key, "text/plain")
    before = files(root)

    with pytest.raises(exceptions.UploadNotFound):
        await store.multipart.parts(key, upload_id)
    await store.multipart.abort(key, upload_id)

    assert files(root) == before


async def test_a_part_that_was_replaced_is_gone(store: Store) -> None:
    upload_id = await store.multipart.begin((key := new_key()), "text/plain")
    first, again = [
        await store.multipart.put(key, upload_id, 1, pieces(data), size=5)
        for data in (b"first", b"again")
    ]

    assert await store.multipart.parts(key, upload_id) == [again]
    with pytest.raises(exceptions.PartsInvalid):
        await store.multipart.complete(key, upload_id, [first])


async def test_half_a_file_is_never_anybodys(store: Store, root: Path) -> None:
    """Also not for whoever looks while it is written, or after the process died over it."""
    seen = list[list[str]]()

    async def watched() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * MIB
            seen.append([path.parent.name for path in files(root)])

    await store.writer.put((key := new_key()), watched(), size=5 * MIB, content_type="text/plain")

    assert {name for names in seen for name in names} == {"drafts"}
    assert files(root) == [root / "objects" / key[:-32] / key[-32:-26] / key[-32:]]


async def test_drafts_of_the_dead_are_removed_once_they_are_old(store: Store, root: Path) -> None:
    await put(store, new_key(), b"hello")
    old, young = root / "drafts" / "old", root / "drafts" / "young"
    for path in (old, young):
        path.write_bytes(b"half a fi")
    os.utime(old, (0, 0))

    assert await store.multipart.begun(datetime(2020, 1, 1, tzinfo=UTC)) == []

    assert [path.name for path in (root / "drafts").iterdir()] == ["young"]


async def test_a_disk_that_takes_nothing_is_a_store_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "storage").write_text("not a folder")
    store = made(tmp_path / "storage")

    with pytest.raises(exceptions.StoreUnavailable):
        await put(store, new_key(), b"hello")
    with pytest.raises(exceptions.StoreUnavailable):
        await store.multipart.begin(new_key(), "text/plain")


async def test_two_processes_on_one_folder_see_the_same(store: Store, root: Path) -> None:
    other = made(root)
    await put(store, (key := new_key()), b"hello")
    upload_id = await store.multipart.begin(new_key(), "text/plain")

    assert await whole(other, key) == b"hello"
    assert [one.upload_id for one in await other.multipart.begun(LATER)] == [upload_id]
    with pytest.raises(exceptions.ObjectExists):
        await put(other, key, b"other")
