"""Uploads that come piece by piece, however large the pieces and however often they break off."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exceptions import PermissionDenied
from core.storage import constants, exceptions, schemas, service
from tests.unit.storage.shelves import PNG, Files

MIB = constants.MIB
DATA = bytes(range(256)) * (3 * MIB // 256) + b"the last ones"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "PART_LEAST", MIB)


async def opened(files: Files, data: bytes = DATA, **about: Any) -> schemas.ResumableView:
    declared = {
        "bucket": "docs",
        "filename": "train.bin",
        "content_type": "application/octet-stream",
        "size": len(data),
    }
    command = schemas.OpenResumable.model_validate(declared | about)
    return await files.use(service.OpenResumable)(command, files.owner)


async def append(
    files: Files, upload: schemas.ResumableView, offset: int, *pieces: bytes, **more: Any
) -> schemas.ResumableView:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    command = schemas.AppendToUpload(id=upload.id, offset=offset, chunks=chunks(), **more)
    return await files.use(service.AppendToUpload)(command, files.owner)


async def reached(files: Files, upload: schemas.ResumableView) -> int:
    reference = schemas.UploadReference(id=upload.id)
    return (await files.use(service.GetResumable)(reference, files.owner)).offset


async def whole(files: Files, upload: schemas.ResumableView) -> bytes:
    row = await files.row(upload.id)
    assert row.status == "available"
    return files.container.shelf().objects[row.key][0]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.one_of(
            st.integers(0, 20),
            st.integers(MIB - 2, MIB + 2),
            st.integers(2 * MIB - 1, 2 * MIB + 1),
            st.integers(0, len(DATA)),
        ),
        max_size=12,
    ),
    grain=st.sampled_from([1000, 65_536, MIB, len(DATA)]),
)
async def test_bytes_lie_in_their_order_wherever_requests_end(
    files: Files, steps: list[int], grain: int
) -> None:
    """Each request sends on from where the service says it is, some bytes, in any chunks."""
    upload = await opened(files)
    for step in (*steps, len(DATA)):
        offset = await reached(files, upload)
        if offset == len(DATA):
            break
        piece = DATA[offset : offset + step]
        chunks = [piece[at : at + grain] for at in range(0, len(piece), grain)]
        told = await append(files, upload, offset, *chunks)
        assert told.offset == offset + len(piece) == await reached(files, upload)

    assert await whole(files, upload) == DATA
    assert len(files.keys) == len([one for one in files.keys if "t" not in one])


async def test_a_request_that_breaks_leaves_what_lay_safely(files: Files) -> None:
    upload = await opened(files)

    async def breaking() -> AsyncIterator[bytes]:
        yield DATA[: MIB + 10]
        raise ConnectionResetError

    command = schemas.AppendToUpload(id=upload.id, offset=0, chunks=breaking())
    with pytest.raises(ConnectionResetError):
        await files.use(service.AppendToUpload)(command, files.owner)

    assert await reached(files, upload) == MIB
    await append(files, upload, MIB, DATA[MIB:])
    assert await whole(files, upload) == DATA


async def test_what_a_refused_request_left_beside_does_not_count(files: Files) -> None:
    """It died after it had put the bytes and before it had noted them."""
    upload = await opened(files)
    row = await files.row(upload.id)
    leftover = row.evolve(received=5).tail
    assert leftover is not None
    files.container.shelf().put(leftover, b"wrong")

    await append(files, upload, 0, b"right")
    await append(files, upload, 5, DATA[5:])

    assert (await whole(files, upload))[:10] == b"right" + DATA[5:10]


async def test_of_two_at_one_offset_one_goes_on(files: Files) -> None:
    upload = await opened(files)
    row = await files.row(upload.id)
    assert await files.container.object_checks().keep_received(row, 7)

    with pytest.raises(exceptions.OffsetMismatch) as mismatch:
        await append(files, upload, 0, b"hello")

    assert mismatch.value.members == {"offset": 7}


async def test_the_last_bytes_verify_and_publish(files: Files) -> None:
    upload = await opened(
        files,
        PNG,
        content_type="image/png",
        checksum_sha256=hashlib.sha256(PNG).hexdigest(),
        metadata={"caption": "A train"},
    )
    assert files.usage == (0, len(PNG), 0)

    told = await append(files, upload, 0, PNG)

    assert (told.status, told.offset) == ("available", len(PNG))
    assert files.usage == (len(PNG), 0, 1)
    assert files.actions == ["object.announced", "object.available"]
    assert files.published == ["storage.object_available"]
    with pytest.raises(exceptions.UploadNotOpen):
        await append(files, upload, len(PNG), b"")


async def test_a_file_that_is_not_what_was_declared_is_rejected(files: Files) -> None:
    upload = await opened(files, b"other", checksum_sha256=hashlib.sha256(b"hello").hexdigest())

    with pytest.raises(exceptions.ChecksumMismatch):
        await append(files, upload, 0, b"other")

    assert (await files.row(upload.id)).status == "rejected"
    assert files.usage == (0, 0, 0)
    with pytest.raises(exceptions.UploadNotFound):
        await reached(files, upload)


async def test_bytes_with_a_checksum_go_nowhere_before_they_match(files: Files) -> None:
    upload = await opened(files)
    right = schemas.Checksum(algorithm="sha256", digest=hashlib.sha256(DATA[:9]).digest())

    with pytest.raises(exceptions.ChecksumMismatch):
        await append(files, upload, 0, DATA[:8], checksum=right)
    with pytest.raises(exceptions.ObjectTooLarge):
        await append(files, upload, 0, *[bytes(MIB)] * 3, DATA[:14], checksum=right)
    assert files.keys == set()
    assert await reached(files, upload) == 0
    await append(files, upload, 0, DATA[:4], DATA[4:9], checksum=right)

    assert await reached(files, upload) == 9


async def test_an_upload_that_runs_out_leaves_nothing(files: Files) -> None:
    upload = await opened(files)
    await append(files, upload, 0, DATA[: MIB + 1000])
    assert any("t" in key for key in files.keys)

    files.clock.forward(hours=25)
    assert await files.expire() == 1
    files.clock.forward(hours=1)
    assert await files.purge() == 1

    assert files.keys == set()
    assert files.container.shelf().uploads == {}
    assert files.usage == (0, 0, 0)


async def test_parts_that_a_store_lost_are_sent_again(files: Files) -> None:
    """The process died between the last part and the end, and some parts are gone."""
    upload = await opened(files)
    await append(files, upload, 0, DATA[:-1])
    row = await files.row(upload.id)
    verifying = row.moved("verifying", files.clock.now(), received=row.size)
    assert await files.container.objects().move(row, verifying)
    files.clock.forward(minutes=10)

    await files.resume()

    assert await reached(files, upload) == 0
    await append(files, upload, 0, DATA)
    assert await whole(files, upload) == DATA


async def test_only_who_may_upload_does(files: Files) -> None:
    upload, viewer = await opened(files), files.as_role("viewer")
    reference = schemas.UploadReference(id=upload.id)

    with pytest.raises(PermissionDenied):
        await files.use(service.GetResumable)(reference, viewer)
    elsewhere = await files.organization()
    with pytest.raises(exceptions.UploadNotFound):
        await files.use(service.GetResumable)(reference, elsewhere)
    plain = await files.announce()
    with pytest.raises(exceptions.UploadNotFound):
        await reached(files, schemas.ResumableView.of(await files.row(plain.object.id)))
