"""From an announced file to one that can be downloaded, and everything that stops it there."""

import asyncio
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError

from core.exceptions import IdempotencyKeyReused, PermissionDenied
from core.storage import constants, exceptions, schemas, service
from tests.unit.storage.shelves import PNG, Files, digest

LARGE = b"x" * 20_000_000


async def test_a_file_is_announced_sent_verified_and_available(files: Files) -> None:
    opened = await files.announce(PNG, content_type="image/png", checksum_sha256=digest(PNG))
    assert files.usage == (0, len(PNG), 0)

    await files.send(opened, PNG)
    stored = await files.complete(opened)

    assert (stored.status, stored.detected_type, stored.size) == (
        "available",
        "image/png",
        len(PNG),
    )
    assert stored.owner_id == files.owner.user_id
    assert files.usage == (len(PNG), 0, 1)
    assert files.actions == ["object.announced", "object.available"]
    assert files.published == ["storage.object_available"]


async def test_a_checksum_is_taken_in_base64_or_in_hex(files: Files) -> None:
    for written in (digest(PNG), sha256(PNG).hexdigest(), sha256(PNG).hexdigest().upper()):
        opened = await files.announce(PNG, content_type="image/png", checksum_sha256=written)
        assert opened.object.checksum_sha256 == sha256(PNG).digest()
    for wrong in ("x" * 64, "A" * 43, digest(PNG)[:-4], "AAAA"):
        with pytest.raises(ValidationError):
            await files.announce(PNG, checksum_sha256=wrong)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (".gitignore", ".gitignore"),
        ("/a/b/c.txt", "c.txt"),
        ("e\u0301.txt", "\u00e9.txt"),
        (" a ", "a"),
    ],
)
async def test_a_name_is_kept_as_people_read_it(files: Files, sent: str, kept: str) -> None:
    assert (await files.announce(filename=sent)).object.filename == kept


async def test_completing_again_changes_nothing(files: Files) -> None:
    opened = await files.announce()
    await files.send(opened, b"hello")
    first = await files.complete(opened)

    assert await files.complete(opened) == first
    assert files.usage == (5, 0, 1)
    assert files.actions == ["object.announced", "object.available"]


async def test_of_many_who_complete_at_once_all_see_it_and_it_counts_once(files: Files) -> None:
    opened = await files.announce()
    await files.send(opened, b"hello")

    results = await asyncio.gather(
        *(files.complete(opened) for _ in range(8)), return_exceptions=True
    )

    assert all(isinstance(one, schemas.ObjectView | exceptions.UploadNotOpen) for one in results)
    assert (await files.look(opened.object.id)).status == "available"
    assert files.usage == (5, 0, 1)


async def test_without_bytes_it_stays_open(files: Files) -> None:
    opened = await files.announce()

    with pytest.raises(exceptions.BytesMissing):
        await files.complete(opened)

    await files.send(opened, b"hello")
    assert (await files.complete(opened)).status == "available"


@pytest.mark.parametrize(
    ("data", "about", "error"),
    [
        (b"<svg onload='x'>", {"content_type": "image/png"}, exceptions.ContentTypeMismatch),
        (b"<!doctype html>", {"content_type": "image/png"}, exceptions.ContentTypeMismatch),
        (b"", {"content_type": "image/png"}, exceptions.ContentTypeMismatch),
        (PNG, {"content_type": "application/pdf"}, exceptions.ContentTypeMismatch),
    ],
)
async def test_bytes_that_are_not_what_was_declared_are_rejected_and_free_their_room(
    files: Files, data: bytes, about: dict[str, Any], error: type[Exception]
) -> None:
    opened = await files.announce(data, **about)
    await files.send(opened, data)

    with pytest.raises(error):
        await files.complete(opened)

    row = await files.row(opened.object.id)
    assert (row.status, row.failure) == ("rejected", "content_type_mismatch")
    assert files.usage == (0, 0, 0)
    assert files.actions == ["object.announced", "object.rejected"]
    files.clock.forward(hours=1)
    assert await files.purge() == 1
    assert files.keys == set()


async def test_another_checksum_or_size_in_the_store_is_rejected(files: Files) -> None:
    """Whatever a store lets pass: the bytes are looked at before anybody sees them."""
    for swapped, error in (
        (b"jello", exceptions.ChecksumMismatch),
        (b"hi", exceptions.SizeMismatch),
    ):
        opened = await files.announce(b"hello", checksum_sha256=digest(b"hello"))
        files.container.shelf().put((await files.row(opened.object.id)).key, swapped)

        with pytest.raises(error):
            await files.complete(opened)

        assert (await files.row(opened.object.id)).status == "rejected"
    assert files.usage == (0, 0, 0)


async def test_room_is_kept_for_what_fits_and_nothing_else(files: Files) -> None:
    await files.use(service.SetQuota)(
        schemas.SetQuota(organization_id=files.organization_id, quota=schemas.Quota(limit=12)),
        files.owner.model_copy(update={"kind": "cli"}),
    )

    opened = await files.announce(b"hello")
    await files.announce(b"hello")
    with pytest.raises(exceptions.QuotaExceeded) as refused:
        await files.announce(b"hello")

    assert refused.value.members == {"limit": 12, "used": 0, "reserved": 10}
    await files.use(service.AbortUpload)(schemas.UploadReference(id=opened.object.id), files.owner)
    await files.announce(b"hello")


async def test_a_bucket_takes_what_its_rules_say(files: Files) -> None:
    await files.bucket("pictures", allowed_types=("image/*",), max_object_bytes=100)

    with pytest.raises(exceptions.ContentTypeNotAllowed):
        await files.announce(b"hello", bucket="pictures")
    with pytest.raises(exceptions.ObjectTooLarge):
        await files.announce(b"x" * 101, bucket="pictures", content_type="image/png")
    with pytest.raises(exceptions.BucketNotFound):
        await files.announce(b"hello", bucket="missing")
    stored = await files.upload(PNG, bucket="pictures", content_type="IMAGE/PNG")
    assert stored.bucket == "pictures"


async def test_a_type_that_could_be_any_is_held_to_the_bucket_once_it_is_known(
    files: Files,
) -> None:
    await files.bucket("any", allowed_types=("application/octet-stream", "image/png"))

    await files.upload(PNG, bucket="any", content_type="application/octet-stream")
    with pytest.raises(exceptions.ContentTypeNotAllowed):
        await files.upload(b"<html>", bucket="any", content_type="application/octet-stream")


async def test_repeating_a_request_announces_one_file(files: Files) -> None:
    first = await files.announce(key="once")
    files.clock.forward(seconds=1)
    again = await files.announce(key="once")

    assert again.object == first.object
    assert again.upload.request is not None
    assert files.usage == (0, 5, 0)
    with pytest.raises(IdempotencyKeyReused):
        await files.announce(b"other", key="once", filename="another.txt")
    other = files.owner.model_copy(update={"user_id": (await files.organization()).user_id})
    assert (await files.announce(key="once", actor=other)).object.id != first.object.id


async def test_a_key_is_remembered_for_a_day(files: Files) -> None:
    first = await files.announce(key="once")
    files.clock.forward(hours=25)
    await files.expire()

    assert (await files.announce(key="once")).object.id != first.object.id


# --- In parts -------------------------------------------------------------------------------------


async def send_parts(
    files: Files, opened: schemas.OpenedUpload, data: bytes, *numbers: int
) -> list[schemas.SentPart]:
    upload, sent = opened.upload, list[schemas.SentPart]()
    assert upload.parts is not None
    assert upload.part_size is not None
    for part in upload.parts:
        if not numbers or part.number in numbers:
            start = (part.number - 1) * upload.part_size
            kept = await files.put(part.request.url, data[start : start + part.size])
            sent.append(schemas.SentPart(number=part.number, etag=kept.etag))
    return sent


async def test_a_large_file_comes_in_parts(files: Files) -> None:
    opened = await files.announce(LARGE)
    assert (opened.upload.method, opened.upload.part_count) == ("multipart", 3)

    sent = await send_parts(files, opened, LARGE)
    stored = await files.complete(opened, parts=[one.model_dump() for one in sent])

    assert (stored.status, stored.size) == ("available", len(LARGE))


async def test_parts_that_are_missing_are_named_and_can_still_be_sent(files: Files) -> None:
    opened = await files.announce(LARGE)
    await send_parts(files, opened, LARGE, 1, 3)

    with pytest.raises(exceptions.PartsInvalid) as refused:
        await files.complete(opened)

    assert refused.value.members == {"parts": [2]}
    arrived = await files.use(service.ListParts)(
        schemas.UploadReference(id=opened.object.id), files.owner
    )
    assert [part.number for part in arrived.parts] == [1, 3]
    await send_parts(files, opened, LARGE, 2)
    assert (await files.complete(opened)).status == "available"


async def test_parts_are_those_that_the_client_sent(files: Files) -> None:
    opened = await files.announce(LARGE)
    sent = await send_parts(files, opened, LARGE)
    forged = [one.model_dump() for one in sent]
    forged[1]["etag"] = "0" * 64

    for parts in (forged, [*(one.model_dump() for one in sent), {"number": 4, "etag": "x"}]):
        with pytest.raises(exceptions.PartsInvalid):
            await files.complete(opened, parts=parts)


async def test_parts_are_signed_again_but_none_that_there_is_not(files: Files) -> None:
    opened = await files.announce(LARGE)

    async def sign(*numbers: int) -> schemas.SignedParts:
        command = schemas.SignParts(id=opened.object.id, parts=schemas.PartNumbers(numbers=numbers))
        return await files.use(service.SignParts)(command, files.owner)

    [part] = (await sign(3)).parts
    assert part.size == len(LARGE) - 2 * constants.PART_LEAST
    with pytest.raises(exceptions.PartOutOfRange):
        await sign(4)


async def made_by_the_store(files: Files, opened: schemas.OpenedUpload) -> None:
    """Have the store make the object of its parts, as if its answer had been lost."""
    row, multipart = await files.row(opened.object.id), files.container.multipart_uploads()
    assert row.store_upload_id is not None
    parts = await multipart.parts(row.key, row.store_upload_id)
    await multipart.complete(row.key, row.store_upload_id, parts)


async def test_a_file_that_is_slow_to_verify_is_verified_by_a_job(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DIGESTED_AT_ONCE", 1000)
    for data, status in ((LARGE, "available"), (LARGE[:-1] + b"y", "rejected")):
        opened = await files.announce(LARGE, checksum_sha256=digest(LARGE))
        await send_parts(files, opened, data)
        await made_by_the_store(files, opened)
        assert (await files.complete(opened)).status == "verifying"
        [job] = [one for one in files.jobs if isinstance(one, schemas.SettleUpload)]

        await files.use(service.SettleUpload)(job, files.owner)

        assert (await files.row(opened.object.id)).status == status
        files.forget()


async def test_of_two_who_verify_it_at_once_one_does_and_neither_fails(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DIGESTED_AT_ONCE", 1000)
    opened = await files.announce(LARGE, checksum_sha256=digest(LARGE))
    await send_parts(files, opened, LARGE)
    await made_by_the_store(files, opened)
    await files.complete(opened)
    [job] = [one for one in files.jobs if isinstance(one, schemas.SettleUpload)]
    settle = files.use(service.SettleUpload)

    await asyncio.gather(*(settle(job, files.owner) for _ in range(3)))

    assert (await files.row(opened.object.id)).status == "available"
    assert files.actions == ["object.announced", "object.available"]


# --- Giving up ------------------------------------------------------------------------------------


async def test_an_upload_that_is_given_up_frees_its_room_and_nothing_completes_it(
    files: Files,
) -> None:
    for data in (b"hello", LARGE):
        opened = await files.announce(data)
        for _ in range(2):
            await files.use(service.AbortUpload)(
                schemas.UploadReference(id=opened.object.id), files.owner
            )
        with pytest.raises(exceptions.UploadNotOpen):
            await files.complete(opened)
    assert files.usage == (0, 0, 0)
    assert files.container.shelf().uploads == {}
    assert files.actions == ["object.announced", "object.aborted"] * 2


async def test_what_is_available_can_not_be_aborted(files: Files) -> None:
    stored = await files.upload()

    with pytest.raises(exceptions.UploadNotOpen):
        await files.use(service.AbortUpload)(schemas.UploadReference(id=stored.id), files.owner)


async def test_what_never_came_runs_out_and_is_purged_after_its_address_did(files: Files) -> None:
    opened = await files.announce()
    files.clock.forward(minutes=14)
    assert await files.expire() == 0
    files.clock.forward(minutes=1)

    assert await files.expire() == 1
    assert files.usage == (0, 0, 0)
    files.container.shelf().put((await files.row(opened.object.id)).key, b"hello")  # late
    assert await files.purge() == 0
    files.clock.forward(minutes=6)
    assert await files.purge() == 1

    assert files.keys == set()
    with pytest.raises(exceptions.UploadNotFound):
        await files.complete(opened)


# --- Through us -----------------------------------------------------------------------------------


async def test_a_file_comes_through_us(files: Files) -> None:
    stored = await files.direct(PNG, content_type="image/png")

    assert (stored.status, stored.checksum_sha256) == ("available", sha256(PNG).digest())
    assert files.usage == (len(PNG), 0, 1)


@pytest.mark.parametrize(
    ("about", "error"),
    [
        ({"size": 4}, exceptions.ObjectTooLarge),
        ({"size": 6}, exceptions.SizeMismatch),
        ({"checksum_sha256": digest(b"other")}, exceptions.ChecksumMismatch),
    ],
)
async def test_what_comes_otherwise_than_declared_leaves_nothing(
    files: Files, about: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await files.direct(b"hello", **about)

    assert files.usage == (0, 0, 0)
    assert files.keys == set()


async def test_a_store_that_is_away_frees_the_room_at_once(files: Files) -> None:
    files.writer.down = True

    with pytest.raises(exceptions.StoreUnavailable):
        await files.direct(b"hello")

    assert files.usage == (0, 0, 0)


# --- Who may --------------------------------------------------------------------------------------


async def test_only_who_may_write_uploads(files: Files) -> None:
    for role in ("viewer", "billing"):
        with pytest.raises(PermissionDenied):
            await files.announce(actor=files.as_role(role))
    await files.announce(actor=files.as_role("member"))


async def test_another_organizations_upload_is_not_there(files: Files) -> None:
    opened = await files.announce()
    stranger = await files.organization()
    reference = schemas.UploadReference(id=opened.object.id)
    numbers = schemas.PartNumbers(numbers=(1,))

    for asked in (
        files.complete(opened, actor=stranger),
        files.use(service.AbortUpload)(reference, stranger),
        files.use(service.ListParts)(reference, stranger),
        files.use(service.SignParts)(schemas.SignParts(id=reference.id, parts=numbers), stranger),
    ):
        with pytest.raises(exceptions.UploadNotFound):
            await asked
